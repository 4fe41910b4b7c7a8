package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.NearestName;
import io.nanosync.flink.pg.config.OptionType;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.config.Problem.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of one level of the file while it is read. Every method that gives null has
 * reported why, unless the key is optional and absent.
 */
final class Section {

    private final String path;
    private final Position position;
    private final Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    private final Texts texts;
    private final List<Problem> problems;

    private Section(String path, YamlNode.Mapping mapping, Texts texts, List<Problem> problems) {
        this.path = path;
        this.position = mapping.position();
        this.texts = texts;
        this.problems = problems;
        for (YamlNode.Entry entry : mapping.entries()) {
            if (entries.putIfAbsent(entry.key(), entry) != null) {
                problems.add(
                        Problem.of("", "duplicate key").at(path(entry.key()), entry.position()));
            }
        }
    }

    /** The section that a node holds; null when it holds something else. */
    static @Nullable Section of(String path, YamlNode node, Texts texts, List<Problem> problems) {
        if (node instanceof YamlNode.Mapping mapping) {
            return new Section(path, mapping, texts, problems);
        }
        problems.add(
                Problem.of("", "found " + node.kind(), "keys and values")
                        .at(path, node.position()));
        return null;
    }

    /** Reports keys that aren't among these, and required ones that are missing. */
    Section check(List<FileKey> keys) {
        List<String> names = keys.stream().map(FileKey::name).toList();
        entries.forEach(
                (name, entry) -> {
                    if (!names.contains(name)) {
                        problems.add(unknown(name, names).at(path(name), entry.position()));
                    }
                });
        for (FileKey key : keys) {
            if (key.required() && node(key) == null) {
                problems.add(Problem.of("", "missing").at(path(key.name()), position));
            }
        }
        return this;
    }

    private static Problem unknown(String name, List<String> names) {
        String nearest = NearestName.of(name, names);
        return new Problem(
                "",
                null,
                "unknown key",
                nearest == null ? "one of " + String.join(", ", names) : null,
                nearest);
    }

    /** The path of a key in this section. */
    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Where a key's value stands; of the section when it is absent. */
    Position position(FileKey key) {
        YamlNode node = node(key);
        return node == null ? position : node.position();
    }

    /** Reports a problem with a key's value. */
    void report(FileKey key, Problem problem) {
        problems.add(problem.at(path(key.name()), position(key)));
    }

    /** A key's value; null when it is absent or empty. */
    @Nullable YamlNode node(FileKey key) {
        YamlNode.Entry entry = entries.get(key.name());
        return entry == null
                        || (entry.value() instanceof YamlNode.Scalar scalar
                                && scalar.text() == null)
                ? null
                : entry.value();
    }

    /** Text, with placeholders replaced. */
    @Nullable String text(FileKey key) {
        YamlNode node = node(key);
        return node == null ? null : texts.text(path(key.name()), node);
    }

    /** Text of a connection string, with placeholders replaced. */
    @Nullable DsnText dsn(FileKey key) {
        YamlNode node = node(key);
        return node == null ? null : texts.dsn(path(key.name()), node);
    }

    /** What a connection string may be whose placeholders can't be replaced; empty when absent. */
    List<DsnText> possibleDsns(FileKey key) {
        YamlNode node = node(key);
        return node == null ? List.of() : texts.possibleDsns(node);
    }

    /** A value of a type; the key's default when it is absent. */
    <T> @Nullable T value(FileKey key, OptionType<T> type) {
        String text = node(key) == null ? key.defaultText() : text(key);
        if (text == null) {
            return null;
        }
        List<Problem> wrong = new ArrayList<>();
        T value = type.read(text, "", wrong);
        boolean hidden = Texts.isHidden(node(key));
        wrong.forEach(problem -> report(key, hidden ? problem.withFound(Texts.HIDDEN) : problem));
        return value;
    }

    /** The section under a key. */
    @Nullable Section section(FileKey key) {
        YamlNode node = node(key);
        return node == null ? null : of(path(key.name()), node, texts, problems);
    }

    /** The sections of a list of at least one. */
    List<Section> sections(FileKey key) {
        List<Section> sections = new ArrayList<>();
        forEach(
                key,
                (itemPath, item) -> {
                    Section section = of(itemPath, item, texts, problems);
                    if (section != null) {
                        sections.add(section);
                    }
                });
        return sections;
    }

    /** The entries of a list of at least one, each with its place: texts and sections. */
    List<Item> items(FileKey key) {
        List<Item> items = new ArrayList<>();
        forEach(
                key,
                (itemPath, item) -> {
                    if (item instanceof YamlNode.Mapping mapping) {
                        items.add(new Keys(new Section(itemPath, mapping, texts, problems)));
                        return;
                    }
                    String text = texts.text(itemPath, item);
                    if (text != null) {
                        items.add(new Text(itemPath, item.position(), text));
                    }
                });
        return items;
    }

    private void forEach(FileKey key, java.util.function.BiConsumer<String, YamlNode> action) {
        YamlNode node = node(key);
        if (node instanceof YamlNode.Sequence sequence && !sequence.items().isEmpty()) {
            for (int i = 0; i < sequence.items().size(); i++) {
                action.accept(path(key.name()) + "[" + i + "]", sequence.items().get(i));
            }
        } else if (node != null) {
            boolean empty = node instanceof YamlNode.Sequence;
            report(
                    key,
                    Problem.of(
                            "",
                            empty ? "found an empty list" : "found " + node.kind(),
                            "a list of at least one"));
        }
    }

    /** Every key with its text, for keys that another class knows; placeholders replaced. */
    Map<String, String> texts() {
        Map<String, String> values = new LinkedHashMap<>();
        entries.forEach(
                (name, entry) -> {
                    String text = texts.text(path(name), entry.value());
                    if (text != null) {
                        values.put(name, text);
                    }
                });
        return values;
    }

    /** Reports a problem that names a key of this section as its path. */
    void reportByName(Problem problem) {
        YamlNode.Entry entry = entries.get(problem.path());
        if (entry == null) {
            problems.add(problem.at(path(problem.path()), position));
            return;
        }
        boolean hidden = problem.expected() != null && Texts.isHidden(entry.value());
        Problem shown = hidden ? problem.withFound(Texts.HIDDEN) : problem;
        problems.add(shown.at(path(problem.path()), entry.position()));
    }

    /** One entry of a list. */
    sealed interface Item {}

    /** A text and where it stands. */
    record Text(String path, Position position, String text) implements Item {}

    /** Keys and values. */
    record Keys(Section section) implements Item {}
}
