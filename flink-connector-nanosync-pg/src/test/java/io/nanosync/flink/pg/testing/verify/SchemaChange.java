package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.testing.verify.DecodedLine.Change;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table was altered, as whoever altered it wrote down in the same transaction: PostgreSQL tells
 * no subscriber. Else a line of the table {@link #TABLE}.
 *
 * @param root the table as {@code test_decoding} prints it
 * @param kind what became of the column
 * @param column the column; empty where none came, went or got another name
 * @param value its value in rows that were there before, or its new name; null without
 * @param shape how the table looks then
 */
record SchemaChange(
        String root, Kind kind, String column, @Nullable String value, TableShape shape) {

    /** The table in which alterations are written down. */
    static final String TABLE = "h.alterations";

    /** What may become of a column. */
    enum Kind {
        ADD,
        DROP,
        RENAME,
        /** All columns keep their names, and values their text. */
        OTHER
    }

    /** What a line says; null when it is of another table. */
    static @Nullable SchemaChange of(DecodedLine line) {
        if (!(line instanceof Change change)
                || !change.table().equals(TABLE)
                || change.newRow() == null) {
            return null;
        }
        Map<String, @Nullable String> row = change.newRow();
        return new SchemaChange(
                text(row, "root"),
                Kind.valueOf(text(row, "kind")),
                text(row, "col"),
                row.get("val"),
                TableShape.parse(text(row, "shape")));
    }

    private static String text(Map<String, @Nullable String> row, String column) {
        String text = row.get(column);
        if (text == null) {
            throw new IllegalStateException("No " + column + " in " + row);
        }
        return text;
    }

    /** A row that was there before. */
    Map<String, @Nullable String> altered(Map<String, @Nullable String> row) {
        Map<String, @Nullable String> altered = new HashMap<>(row);
        switch (kind) {
            case ADD -> altered.put(column, value);
            case DROP -> altered.remove(column);
            case RENAME -> {
                if (value == null) {
                    throw new IllegalStateException("A column got no name: " + this);
                }
                altered.put(value, altered.remove(column));
            }
            case OTHER -> {
                // The same values.
            }
        }
        return altered;
    }

    /** The table as it is known then. */
    CapturedTable altered(CapturedTable table) {
        Set<String> columns = new LinkedHashSet<>();
        Set<String> identity = new LinkedHashSet<>();
        List<TableShape.Column> all = shape.columns();
        all.forEach(each -> columns.add(each.name()));
        all.stream()
                .filter(each -> shape.isFull() || each.key())
                .forEach(each -> identity.add(each.name()));
        return new CapturedTable(
                table.name(),
                table.oid(),
                table.root(),
                table.files(),
                columns,
                identity,
                shape.isFull());
    }
}
