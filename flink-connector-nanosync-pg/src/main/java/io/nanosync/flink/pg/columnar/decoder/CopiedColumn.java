package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wire.TupleSlice;

/** How a {@code COPY … (FORMAT binary)} selects a column so that its decoder can read it. */
public final class CopiedColumn {

    private CopiedColumn() {}

    /** The column in a select list: itself, or, where {@link #isBinary} is false, its text. */
    public static String expression(Column column) {
        String name = QualifiedName.quote(column.name());
        if (isBinary(column)) {
            return name;
        }
        // format() calls the type's output function; a cast might find another function of the
        // type. IS DISTINCT FROM, since a composite
        // whose fields are all null "is null" but isn't the null value.
        return "CASE WHEN "
                + name
                + " IS DISTINCT FROM NULL THEN pg_catalog.format('%s', "
                + name
                + ") END";
    }

    /** Whether the column comes in its binary form; else as text. */
    public static boolean isBinary(Column column) {
        return column.type().hasBinaryOutput()
                && TypeMapping.of(column.type(), column.typmod()).decodesBinary();
    }

    /** Says of a value of a row of COPY that it is the text of a column. */
    public static void markText(TupleSlice row, int at) {
        if (row.kind(at) == TupleSlice.BINARY) {
            row.set(at, TupleSlice.TEXT, row.offset(at), row.length(at));
        }
    }
}
