package io.nanosync.flink.pg.columnar.decoder;

/**
 * A legal PostgreSQL value that the column's Arrow type can't hold, for example {@code NaN} in a
 * {@code numeric(12,2)}. The message tells the kind of value and the Arrow type; never the value.
 */
public final class UnrepresentableValueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Remedy remedy;

    /** With no remedy but another value. */
    public UnrepresentableValueException(String message) {
        this(message, Remedy.NONE);
    }

    UnrepresentableValueException(String message, Remedy remedy) {
        super(message);
        this.remedy = remedy;
    }

    /** What somebody may do about it. */
    public Remedy remedy() {
        return remedy;
    }

    /** What somebody may do about such a value. */
    public enum Remedy {
        /** Nothing but to change the value. */
        NONE,
        /** Another type, or null instead by the option {@code unrepresentable}. */
        OPTION_OR_TYPE,
        /** Another type: the column identifies rows, and null would make them one. */
        TYPE
    }
}
