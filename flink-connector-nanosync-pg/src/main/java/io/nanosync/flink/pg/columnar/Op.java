package io.nanosync.flink.pg.columnar;

import org.apache.flink.annotation.PublicEvolving;

/** What happened to a row: the values of column {@code op}. */
@PublicEvolving
public enum Op {
    /** A row of the snapshot. */
    READ('r'),
    INSERT('i'),
    UPDATE('u'),
    DELETE('d'),
    /** The table was emptied; neither before nor after. */
    TRUNCATE('t');

    private final char code;

    Op(char code) {
        this.code = code;
    }

    /** The letter in column {@code op}. */
    public char code() {
        return code;
    }

    /**
     * The operation with this letter.
     *
     * @throws IllegalArgumentException for another letter
     */
    public static Op of(int code) {
        return switch (code) {
            case 'r' -> READ;
            case 'i' -> INSERT;
            case 'u' -> UPDATE;
            case 'd' -> DELETE;
            case 't' -> TRUNCATE;
            default ->
                    throw new IllegalArgumentException(
                            "Not an operation: '" + (char) code + "'; expected r, i, u, d or t");
        };
    }
}
