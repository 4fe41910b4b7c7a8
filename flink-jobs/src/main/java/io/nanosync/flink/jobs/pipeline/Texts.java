package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads texts and replaces their placeholders. Null means that there is none, and that the reason
 * was reported.
 */
final class Texts {

    /** What problems say was found where a placeholder stands: never what it stands for. */
    static final String HIDDEN = "found the value of a variable";

    private final Placeholders placeholders;
    private final List<Problem> problems;

    Texts(Placeholders placeholders, List<Problem> problems) {
        this.placeholders = placeholders;
        this.problems = problems;
    }

    /** Whether a node is a text with a placeholder. */
    static boolean isHidden(@Nullable YamlNode node) {
        return node instanceof YamlNode.Scalar scalar
                && scalar.text() != null
                && Placeholders.in(scalar.text());
    }

    /** A text. */
    @Nullable String text(String path, YamlNode node) {
        return expanded(path, node, raw -> found -> placeholders.expand(raw, path, found));
    }

    /** A connection string. */
    @Nullable DsnText dsn(String path, YamlNode node) {
        return expanded(path, node, raw -> found -> placeholders.expandDsn(raw, path, found));
    }

    /** What a connection string may be, for one whose placeholders can't be replaced. */
    List<DsnText> possibleDsns(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar && scalar.text() != null
                ? placeholders.possibleDsns(scalar.text())
                : List.of();
    }

    private <T> @Nullable T expanded(
            String path,
            YamlNode node,
            Function<String, Function<List<Problem>, @Nullable T>> expansion) {
        if (node instanceof YamlNode.Scalar scalar && scalar.text() != null) {
            List<Problem> found = new ArrayList<>();
            T value = expansion.apply(scalar.text()).apply(found);
            found.forEach(problem -> problems.add(problem.at(path, node.position())));
            return value;
        }
        problems.add(
                Problem.of(path, "found " + node.kind(), "a single value")
                        .at(path, node.position()));
        return null;
    }
}
