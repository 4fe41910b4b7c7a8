package io.nanosync.flink.pg.relation.contract;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares the primary keys of tables under {@code REPLICA IDENTITY FULL}: no Relation message
 * tells of them. Under every other identity the columns of the key are described in the stream.
 *
 * @param differences where to put them
 */
record KeyComparison(List<Difference> differences) {

    void compare(List<TableSchema> captured, List<TableSchema> now) {
        Map<Integer, TableSchema> found = new HashMap<>();
        now.forEach(table -> found.put(table.oid(), table));
        for (TableSchema table : captured) {
            TableSchema schema = found.get(table.oid());
            if (schema != null
                    && table.identity() == ReplicaIdentity.FULL
                    && !table.primaryKey().isEmpty()
                    && !attnums(table).equals(attnums(schema))) {
                differences.add(changed(table, schema));
            }
        }
    }

    private static Difference changed(TableSchema table, TableSchema schema) {
        boolean gone = schema.primaryKey().isEmpty();
        String what =
                "changes of "
                        + table.name()
                        + " are applied by its primary key ("
                        + String.join(", ", table.primaryKey())
                        + "), which "
                        + (gone
                                ? "it doesn't have any more, or only as a deferrable one"
                                : "is (" + String.join(", ", schema.primaryKey()) + ") now")
                        + ": rows of the same key replace each other";
        return new Difference.CostsChanges(
                what,
                gone
                        ? "ALTER TABLE "
                                + schema.name().sql()
                                + " ADD PRIMARY KEY ("
                                + columns(table, schema)
                                + ")"
                        : null);
    }

    /** By their names of now. */
    private static String columns(TableSchema table, TableSchema schema) {
        Map<Integer, String> names = new HashMap<>();
        for (Column column : schema.columns()) {
            Integer attnum = column.attnum();
            if (attnum != null) {
                names.put(attnum, column.name());
            }
        }
        return table.columns().stream()
                .filter(column -> table.primaryKey().contains(column.name()))
                .map(
                        column -> {
                            Integer attnum = column.attnum();
                            String name = attnum == null ? null : names.get(attnum);
                            return QualifiedName.quote(name == null ? column.name() : name);
                        })
                .collect(Collectors.joining(", "));
    }

    /** The key's columns, by name where state is too old to know numbers. */
    private static Set<Object> attnums(TableSchema table) {
        Set<Object> columns = new HashSet<>();
        for (Column column : table.columns()) {
            if (table.primaryKey().contains(column.name())) {
                Integer attnum = column.attnum();
                columns.add(attnum == null ? column.name() : attnum);
            }
        }
        return columns;
    }
}
