package io.nanosync.flink.pg.config;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The values of options, validated: those that were given, and for all others their defaults. In
 * serialized form a value goes by its option's name.
 */
public final class OptionValues implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final OptionValues DEFAULTS = new OptionValues(Map.of());

    private final TreeMap<String, Serializable> given;

    private OptionValues(Map<String, Serializable> given) {
        this.given = new TreeMap<>(given);
    }

    /** Nothing was given. */
    public static OptionValues defaults() {
        return DEFAULTS;
    }

    /**
     * Reads properties of the source: the validated whole, or all problems. The path of each
     * problem is the property's name as it was written.
     *
     * @param texts by name, in the given style
     */
    public static Checked<OptionValues> of(Map<String, String> texts, NameStyle style) {
        GivenOptions given = new GivenOptions(texts, style);
        given.refuseOthers(SourceOptions.all());
        return Checked.of(given.source(), given.problems());
    }

    /** The same with this value. */
    public <T extends Serializable> OptionValues with(SourceOption<T> option, T value) {
        Map<String, Serializable> changed = new TreeMap<>(given);
        changed.put(option.name(), value);
        return new OptionValues(changed);
    }

    /** Whether it was given a value. */
    public boolean isGiven(SourceOption<?> option) {
        return given.containsKey(option.name());
    }

    /** An option's value, or its default; for options that have one, or were given. */
    public <T extends Serializable> T get(SourceOption<T> option) {
        T value = find(option);
        if (value == null) {
            throw new IllegalStateException(
                    "Option " + option.name() + " wasn't given and has no default");
        }
        return value;
    }

    /** An option's value, or its default; null without either. */
    @SuppressWarnings("unchecked") // with(option, value) takes the option's own type
    public <T extends Serializable> @Nullable T find(SourceOption<T> option) {
        Serializable value = given.get(option.name());
        return value == null ? option.defaultValue() : (T) value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OptionValues values && values.given.equals(given);
    }

    @Override
    public int hashCode() {
        return given.hashCode();
    }

    /** What was given, by name. */
    @Override
    public String toString() {
        return given.toString();
    }
}
