package io.nanosync.flink.pg.columnar.decoder;

/**
 * A legal PostgreSQL value that the column's Arrow type can't hold, for example {@code NaN} in a
 * {@code numeric(12,2)}. The message tells the kind of value and the Arrow type; never the value.
 */
public final class UnrepresentableValueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnrepresentableValueException(String message) {
        super(message);
    }
}
