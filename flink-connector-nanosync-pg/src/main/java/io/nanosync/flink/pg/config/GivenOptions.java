package io.nanosync.flink.pg.config;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options as they were written. Reads them one by one and collects what is wrong with them; the
 * path of each problem is the option's name as it was written.
 */
public final class GivenOptions {

    private final Map<String, String> texts;
    private final NameStyle style;
    private final List<Problem> problems = new ArrayList<>();

    /**
     * @param texts by name, in the given style
     */
    public GivenOptions(Map<String, String> texts, NameStyle style) {
        this.texts = texts;
        this.style = style;
    }

    /** What was wrong so far; more is added here. */
    public List<Problem> problems() {
        return problems;
    }

    /** Adds something that is wrong with an option. */
    public void report(SourceOption<?> option, String found) {
        problems.add(Problem.of(style.of(option), found));
    }

    /** The same with what belongs there. */
    public void report(SourceOption<?> option, String found, String expected) {
        problems.add(Problem.of(style.of(option), found, expected));
    }

    /** Whether an option was written, right or wrong. */
    public boolean has(SourceOption<?> option) {
        return texts.containsKey(style.of(option));
    }

    /** What was given, else the default; null without either, or with a problem. */
    public <T extends Serializable> @Nullable T read(SourceOption<T> option) {
        String name = style.of(option);
        String text = texts.get(name);
        return text == null ? option.defaultValue() : option.type().read(text, name, problems);
    }

    /** Reports every name that isn't one of these options. */
    public void refuseOthers(List<SourceOption<?>> options) {
        List<String> names = options.stream().map(style::of).toList();
        for (String name : texts.keySet()) {
            if (!names.contains(name)) {
                problems.add(unknown(name, names, style));
            }
        }
    }

    /**
     * Says of a name that it isn't one of these, and which was meant.
     *
     * @param names in the style
     */
    public static Problem unknown(String name, List<String> names, NameStyle style) {
        return FlinkCdcOption.named(name)
                .map(option -> option.problem(name, style))
                .orElseGet(
                        () -> {
                            String nearest = NearestName.of(name, names);
                            return new Problem(
                                    name,
                                    null,
                                    "unknown " + style.noun(),
                                    nearest == null ? "one of " + String.join(", ", names) : null,
                                    nearest);
                        });
    }

    /** The properties of the source that were given and are right. */
    public OptionValues source() {
        OptionValues values = OptionValues.defaults();
        for (SourceOption<?> option : SourceOptions.all()) {
            values = has(option) ? read(option, values) : values;
        }
        checkPartitioning(values);
        return values;
    }

    private <T extends Serializable> OptionValues read(
            SourceOption<T> option, OptionValues values) {
        T value = read(option);
        return value == null ? values : values.with(option, value);
    }

    /** A column goes with the strategies that divide by one. */
    private void checkPartitioning(OptionValues values) {
        boolean readable =
                isReadable(SourceOptions.PARTITION_STRATEGY, values)
                        && isReadable(SourceOptions.PARTITION_COLUMN, values);
        if (!readable) {
            return;
        }
        String strategy = style.of(SourceOptions.PARTITION_STRATEGY);
        boolean byColumn = values.get(SourceOptions.PARTITION_STRATEGY) != PartitionStrategy.CTID;
        boolean hasColumn = has(SourceOptions.PARTITION_COLUMN);
        if (hasColumn && !byColumn) {
            report(
                    SourceOptions.PARTITION_COLUMN,
                    "has no effect, since " + strategy + " is ctid, which divides by pages",
                    strategy + ": ntile or minmax with it");
        } else if (byColumn && !hasColumn) {
            report(
                    SourceOptions.PARTITION_COLUMN,
                    "missing, although " + strategy + " is not ctid",
                    "the column to divide by");
        }
    }

    /** Whether an option was left out or has a value that it takes. */
    private boolean isReadable(SourceOption<?> option, OptionValues values) {
        return !has(option) || values.isGiven(option);
    }
}
