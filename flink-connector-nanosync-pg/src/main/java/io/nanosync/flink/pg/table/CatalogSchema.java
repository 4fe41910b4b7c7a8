package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.client.CatalogSession;
import io.nanosync.flink.pg.relation.Column;
import java.util.List;
import org.apache.flink.table.api.Schema;

/** The columns and the key that a catalog declares for a table. */
final class CatalogSchema {

    private CatalogSchema() {}

    /**
     * All columns, each with the type that fits best, and the key by which changes are applied.
     * Under {@code append} rows are changes: there is no key, and of a deleted row nothing is known
     * but what the replica identity has.
     */
    static Schema of(CatalogSession.Entry table, ChangelogOption changelog) {
        boolean append = changelog == ChangelogOption.APPEND;
        Schema.Builder schema = Schema.newBuilder();
        for (Column column : table.schema().columns()) {
            boolean nullable = column.nullable() || (append && !column.identity());
            schema.column(
                            column.name(),
                            ColumnKind.of(column).fitting(column) + (nullable ? "" : " NOT NULL"))
                    .withComment(table.columnComments().get(column.name()));
        }
        List<String> key = table.schema().appliedKey();
        return append || key.isEmpty() ? schema.build() : schema.primaryKey(key).build();
    }
}
