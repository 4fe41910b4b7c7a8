package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.OptionValues;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.config.Problem.Position;
import io.nanosync.flink.pg.config.TableSelector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code tables}. */
final class TablesReader {

    private final List<Problem> problems;
    private final List<TableSelector> tables = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    TablesReader(List<Problem> problems) {
        this.problems = problems;
    }

    /** The entries that could be read. */
    List<TableSelector> read(Section source) {
        for (Section.Item item : source.items(FileKeys.TABLES)) {
            if (item instanceof Section.Text text) {
                add(parse(text.text(), text.path(), text.position()), text.path(), text.position());
            } else if (item instanceof Section.Keys keys) {
                read(keys);
            }
        }
        return List.copyOf(tables);
    }

    private void read(Section.Keys keys) {
        Section section = keys.section().check(FileKeys.TABLE);
        String path = section.path(FileKeys.TABLE_NAME.name());
        Position position = section.position(FileKeys.TABLE_NAME);
        String name = section.text(FileKeys.TABLE_NAME);
        TableSelector table = name == null ? null : parse(name, path, position);
        Partitioning partitioning = partitioning(section);
        if (table != null && !(table instanceof TableSelector.Named)) {
            section.report(
                    FileKeys.TABLE_NAME,
                    Problem.of("", "found \"" + name + "\"", "the name of one table"));
        } else if (table instanceof TableSelector.Named named) {
            add(new TableSelector.Named(named.table(), partitioning), path, position);
        }
    }

    /** How a table is divided; null when something is wrong with it. */
    private static @Nullable Partitioning partitioning(Section section) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (FileKey key :
                List.of(FileKeys.TABLE_PARTITION_STRATEGY, FileKeys.TABLE_PARTITION_COLUMN)) {
            String text = section.text(key);
            if (text != null) {
                texts.put(key.name(), text);
            }
        }
        if (!texts.containsKey(FileKeys.TABLE_PARTITION_STRATEGY.name())) {
            return null;
        }
        Checked<OptionValues> checked = OptionValues.of(texts, NameStyle.UNDERSCORE);
        checked.problems().forEach(section::reportByName);
        OptionValues options = checked.value();
        return options == null ? null : Partitioning.of(options);
    }

    private @Nullable TableSelector parse(String text, String path, Position position) {
        try {
            return TableSelector.parse(text);
        } catch (IllegalArgumentException e) {
            problems.add(Problem.of(path, String.valueOf(e.getMessage())).at(path, position));
            return null;
        }
    }

    private void add(@Nullable TableSelector table, String path, Position position) {
        if (table == null) {
            return;
        }
        if (!names.add(table.toString())) {
            problems.add(Problem.of(path, table + " stands there twice").at(path, position));
        }
        tables.add(table);
    }
}
