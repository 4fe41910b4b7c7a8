package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.decoder.UnrepresentableValueException.Remedy;

/**
 * What to do with a value that the Arrow type can't hold: option {@code unrepresentable}. One
 * instance a reader: it counts.
 */
public final class Unrepresentable {

    private static final Unrepresentable IN_KEYS = new Unrepresentable(true, true);

    private final boolean fail;
    private final boolean inKey;
    private final java.util.concurrent.atomic.LongAdder count =
            new java.util.concurrent.atomic.LongAdder();

    private Unrepresentable(boolean fail, boolean inKey) {
        this.fail = fail;
        this.inKey = inKey;
    }

    /** Fails with {@link UnrepresentableValueException}; the default. */
    public static Unrepresentable failing() {
        return new Unrepresentable(true, false);
    }

    /** Writes null instead, and counts. */
    public static Unrepresentable nulling() {
        return new Unrepresentable(false, false);
    }

    /** Fails whatever the option says: two rows whose keys are null would be one. */
    public static Unrepresentable failingInKeys() {
        return IN_KEYS;
    }

    /**
     * Handles one such value.
     *
     * @param what the kind of value and the Arrow type, for example {@code "NaN doesn't fit
     *     Decimal128(12, 2)"}
     */
    public void handle(ColumnVector vector, String what) {
        if (fail) {
            throw new UnrepresentableValueException(
                    what, inKey ? Remedy.TYPE : Remedy.OPTION_OR_TYPE);
        }
        count.increment();
        vector.appendNull();
    }

    /** How many values became null so far. */
    public long count() {
        return count.sum();
    }
}
