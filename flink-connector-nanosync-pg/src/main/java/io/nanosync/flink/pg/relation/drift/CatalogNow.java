package io.nanosync.flink.pg.relation.drift;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.drift.TableShape.ColumnShape;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog says when a drift is looked at, which may be long after the change: the table
 * and its types may have been altered again.
 *
 * @param table the table of that OID; null when it isn't there any more
 * @param types the types of the columns, by OID; those that are still there
 * @param typeTexts the columns' types as {@code format_type} prints them
 * @param filled columns that may have given a value to rows that were there when they were added
 * @param dropped the {@code attnum} of columns that may have been there at the change and were
 *     dropped since; what they were called nothing tells
 */
public record CatalogNow(
        @Nullable TableSchema table,
        Map<Integer, PgType> types,
        Map<ColumnShape, String> typeTexts,
        Set<String> filled,
        Set<Integer> dropped) {

    /** The column that looks like this one; null when there is none. */
    @Nullable Column column(ColumnShape shape) {
        if (table == null) {
            return null;
        }
        return table.columns().stream()
                .filter(
                        column ->
                                column.name().equals(shape.name())
                                        && column.type().oid() == shape.typeOid()
                                        && column.typmod() == shape.typmod())
                .findFirst()
                .orElse(null);
    }

    /** The column of that name, of whatever type; null when there is none. */
    @Nullable Column named(String name) {
        if (table == null) {
            return null;
        }
        return table.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /**
     * Whether there is a column of that name, of whatever type, that may be null, and that is null
     * in the rows that were there before it.
     */
    boolean beganAsNull(String name) {
        Column column = named(name);
        return column != null && column.nullable() && !filled.contains(name);
    }

    String typeText(ColumnShape shape) {
        return Objects.requireNonNullElseGet(
                typeTexts.get(shape),
                () -> "the type with OID " + Integer.toUnsignedString(shape.typeOid()));
    }
}
