package io.nanosync.flink.pg.table.random;

/** What can be done with the values of a column, alike in PostgreSQL and in Flink. */
enum Kind {
    /** An integer of any size. */
    INTEGER,
    /** A number with digits behind the point. */
    NUMBER,
    TEXT,
    BOOLEAN,
    DATE,
    TIMESTAMP,
    /** A moment; it has no literal that both understand. */
    INSTANT,
    /** Nothing but to be read and counted. */
    BYTES;

    /** Whether rows are ordered by it, and the least value found. */
    boolean sortable() {
        return this != BYTES && this != BOOLEAN;
    }

    /** Whether values are equal there when they are here. */
    boolean groupable() {
        return this != BYTES;
    }

    boolean hasLiterals() {
        return this != BYTES && this != INSTANT;
    }

    boolean isNumeric() {
        return this == INTEGER || this == NUMBER;
    }

    /** A value as a literal of both. */
    String literal(String value) {
        return switch (this) {
            case INTEGER, NUMBER, BOOLEAN -> value;
            case TEXT -> "'" + value + "'";
            case DATE -> "DATE '" + value + "'";
            case TIMESTAMP -> "TIMESTAMP '" + value + "'";
            case INSTANT, BYTES ->
                    throw new IllegalArgumentException("No literal of " + this + ": " + value);
        };
    }
}
