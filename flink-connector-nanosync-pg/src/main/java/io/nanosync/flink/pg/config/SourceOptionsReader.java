package io.nanosync.flink.pg.config;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads one set of properties and collects what is wrong with it. */
final class SourceOptionsReader {

    private final Map<String, String> texts;
    private final NameStyle style;
    private final List<Problem> problems = new ArrayList<>();
    private OptionValues values = OptionValues.defaults();

    SourceOptionsReader(Map<String, String> texts, NameStyle style) {
        this.texts = texts;
        this.style = style;
    }

    Checked<OptionValues> read() {
        Map<String, SourceOption<?>> known = new HashMap<>();
        SourceOptions.all().forEach(option -> known.put(style.of(option), option));
        List<String> names = SourceOptions.all().stream().map(style::of).toList();
        texts.forEach(
                (name, text) -> {
                    SourceOption<?> option = known.get(name);
                    if (option == null) {
                        problems.add(unknown(name, names));
                    } else {
                        read(option, name, text);
                    }
                });
        checkPartitioning();
        return Checked.of(values, problems);
    }

    private static Problem unknown(String name, List<String> names) {
        String nearest = NearestName.of(name, names);
        return new Problem(
                name,
                null,
                "unknown property",
                nearest == null ? "one of " + String.join(", ", names) : null,
                nearest);
    }

    private <T extends Serializable> void read(SourceOption<T> option, String name, String text) {
        T value = option.type().read(text, name, problems);
        if (value != null) {
            values = values.with(option, value);
        }
    }

    /** A column goes with the strategies that divide by one. */
    private void checkPartitioning() {
        boolean readable =
                isReadable(SourceOptions.PARTITION_STRATEGY)
                        && isReadable(SourceOptions.PARTITION_COLUMN);
        if (!readable) {
            return;
        }
        String strategy = style.of(SourceOptions.PARTITION_STRATEGY);
        String column = style.of(SourceOptions.PARTITION_COLUMN);
        boolean byColumn = values.get(SourceOptions.PARTITION_STRATEGY) != PartitionStrategy.CTID;
        boolean hasColumn = values.find(SourceOptions.PARTITION_COLUMN) != null;
        if (hasColumn && !byColumn) {
            problems.add(
                    Problem.of(
                            column,
                            "has no effect, since " + strategy + " is ctid, which divides by pages",
                            strategy + ": ntile or minmax with it"));
        } else if (byColumn && !hasColumn) {
            problems.add(
                    Problem.of(
                            column,
                            "missing, although " + strategy + " is not ctid",
                            "the column to divide by"));
        }
    }

    /** Whether an option was left out or has a value that it takes. */
    private boolean isReadable(SourceOption<?> option) {
        return !texts.containsKey(style.of(option)) || values.isGiven(option);
    }
}
