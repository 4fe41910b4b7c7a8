package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;

/**
 * What to do with a value that the Arrow type can't hold: option {@code unrepresentable}. One
 * instance a reader: it counts.
 */
public final class Unrepresentable {

    private final boolean fail;
    private final java.util.concurrent.atomic.LongAdder count =
            new java.util.concurrent.atomic.LongAdder();

    private Unrepresentable(boolean fail) {
        this.fail = fail;
    }

    /** Fails with {@link UnrepresentableValueException}; the default. */
    public static Unrepresentable failing() {
        return new Unrepresentable(true);
    }

    /** Writes null instead, and counts. */
    public static Unrepresentable nulling() {
        return new Unrepresentable(false);
    }

    /**
     * Handles one such value.
     *
     * @param what the kind of value and the Arrow type, for example {@code "NaN doesn't fit
     *     Decimal128(12, 2)"}
     */
    public void handle(ColumnVector vector, String what) {
        if (fail) {
            throw new UnrepresentableValueException(what);
        }
        count.increment();
        vector.appendNull();
    }

    /** How many values became null so far. */
    public long count() {
        return count.sum();
    }
}
