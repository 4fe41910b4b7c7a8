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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compares the key by which changes are applied with the tables' keys: when a pipeline begins, and
 * later those of tables under {@code REPLICA IDENTITY FULL}, of which no Relation message tells.
 * Under every other identity the columns of the key are described in the stream.
 *
 * <p>No command mends one that was gone: rows of the same key may have replaced each other.
 *
 * @param applied the keys by which changes of a table are applied; empty where they aren't
 * @param differences where to put them
 */
record KeyComparison(
        Function<QualifiedName, Set<List<String>>> applied, List<Difference> differences) {

    /**
     * @param then the contract; null when the pipeline begins, with the tables as they are now
     */
    void compare(List<TableSchema> captured, @Nullable CaptureContract then, CatalogReading now) {
        Map<Integer, TableSchema> found = new HashMap<>();
        now.schemas().forEach(table -> found.put(table.oid(), table));
        Map<Integer, PrimaryKey> keysThen = keys(then == null ? List.of() : then.tables());
        Map<Integer, PrimaryKey> keysNow = keys(now.tables());
        for (TableSchema table : captured) {
            TableSchema schema = found.get(table.oid());
            Set<List<String>> keys = applied.apply(table.name());
            if (schema == null || keys.isEmpty()) {
                continue;
            }
            Set<String> appliedNow = Set.copyOf(schema.appliedKey());
            List<String> other =
                    then != null
                            ? null
                            : keys.stream()
                                    .filter(key -> !Set.copyOf(key).equals(appliedNow))
                                    .findFirst()
                                    .orElse(null);
            if (other != null) {
                differences.add(changed(table, other, schema));
                continue;
            }
            if (!needsKey(table)) {
                continue;
            }
            PrimaryKey key = keysThen.get(table.oid());
            PrimaryKey keyNow = keysNow.get(table.oid());
            if (!attnums(table).equals(attnums(schema))) {
                differences.add(changed(table, table.primaryKey(), schema));
            } else if (key != null && keyNow != null && key.oid() != keyNow.oid()) {
                differences.add(
                        new Difference.ForReview(
                                applied(table, table.primaryKey())
                                        + ", which was dropped and added again: in between rows of"
                                        + " the same key may have replaced each other",
                                table.name()));
            }
        }
    }

    /** Whether the stream tells nothing of the table's key. */
    static boolean needsKey(TableSchema table) {
        return table.identity() == ReplicaIdentity.FULL;
    }

    private static Map<Integer, PrimaryKey> keys(List<TableTerms> tables) {
        Map<Integer, PrimaryKey> keys = new HashMap<>();
        for (TableTerms table : tables) {
            PrimaryKey key = table.key();
            if (key != null) {
                keys.put(table.oid(), key);
            }
        }
        return keys;
    }

    private static Difference changed(TableSchema table, List<String> key, TableSchema schema) {
        boolean gone = schema.appliedKey().isEmpty();
        String what =
                applied(table, key)
                        + ", which "
                        + (gone
                                ? "it doesn't have any more, or only as a deferrable one"
                                : "is (" + String.join(", ", schema.appliedKey()) + ") now")
                        + ": rows of the same key replace each other";
        return new Difference.CostsChanges(what, null, table.name());
    }

    private static String applied(TableSchema table, List<String> key) {
        return "changes of "
                + table.name()
                + " are applied by its key ("
                + String.join(", ", key)
                + ")";
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
