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
 */
public record CatalogNow(
        @Nullable TableSchema table,
        Map<Integer, PgType> types,
        Map<ColumnShape, String> typeTexts,
        Set<String> filled) {

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

    /**
     * Whether there is a column of that name, of whatever type, that may be null, and that is null
     * in the rows that were there before it.
     */
    boolean beganAsNull(String name) {
        return table != null
                && !filled.contains(name)
                && table.columns().stream()
                        .anyMatch(column -> column.name().equals(name) && column.nullable());
    }

    String typeText(ColumnShape shape) {
        return Objects.requireNonNullElseGet(
                typeTexts.get(shape),
                () -> "the type with OID " + Integer.toUnsignedString(shape.typeOid()));
    }
}
