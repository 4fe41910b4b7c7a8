package io.nanosync.flink.pg.table.random;

import java.util.List;

/**
 * A captured table as one statement declares it, and what that is in PostgreSQL: a view of the same
 * name and columns.
 *
 * @param name of the view, and of the pipeline
 * @param scanned how a plan names what is read
 * @param flink {@code CREATE TABLE} for Flink, and a view where rows have to be made of changes
 * @param postgres the view for PostgreSQL, and a publication where it is made by hand
 * @param key columns by which its rows can be told apart, in truth; empty without any
 * @param truths conditions that hold for every row; {@code %s} is the table
 */
record Declared(
        String name,
        String scanned,
        List<String> flink,
        List<String> postgres,
        List<Field> fields,
        List<String> key,
        List<String> truths) {

    /** How a table is read. */
    enum Reading {
        /** All changes. */
        FOLLOWED,
        /** All changes as inserts. */
        APPENDED,
        /** The rows of one moment. */
        SNAPSHOT
    }

    /**
     * A column that statements may use.
     *
     * @param nullable whether Flink has to take it for one that may be null
     */
    record Field(String name, ColumnType type, Kind kind, boolean nullable) {

        Field orNull() {
            return new Field(name, type, kind, true);
        }
    }
}
