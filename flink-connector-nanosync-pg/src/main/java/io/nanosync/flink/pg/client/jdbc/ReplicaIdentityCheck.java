package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * That each table says which columns identify a row. Without it PostgreSQL refuses UPDATE and
 * DELETE of the application as soon as the table is published. Of a partitioned table it is the
 * leaf's identity that counts, while the stream describes rows by the root's: they must agree.
 */
final class ReplicaIdentityCheck implements PreflightCheck {

    @Override
    public void run(PreflightContext context, Findings findings) {
        if (!context.needsIdentities()) {
            return;
        }
        Map<QualifiedName, TableFacts> roots =
                context.named().stream()
                        .collect(Collectors.toMap(TableFacts::name, table -> table, (a, b) -> a));
        for (TableFacts table : context.tables()) {
            if (!table.isTable()) {
                continue;
            }
            TableFacts root = table.root() == null ? null : roots.get(table.root());
            if (!table.identified()) {
                missing(table, findings);
            } else if (root != null && full(root) != full(table)) {
                findings.error(
                        table.subject()
                                + " has replica identity "
                                + name(table)
                                + " and its root has "
                                + name(root)
                                + ": old rows would be described wrongly",
                        alter(table, full(root) ? "FULL" : "DEFAULT"));
            }
        }
    }

    private static void missing(TableFacts table, Findings findings) {
        findings.error(
                table.subject()
                        + " has no replica identity (it is set to "
                        + name(table)
                        + (table.primaryKey() ? "" : ", and there is no usable primary key")
                        + "): PostgreSQL would refuse every UPDATE and DELETE on it once it is"
                        + " published",
                table.primaryKey()
                        ? alter(table, "DEFAULT") + ", or: " + alter(table, "FULL")
                        : alter(table, "FULL") + ", or: " + byKey(table));
    }

    private static String byKey(TableFacts table) {
        String index = table.identityIndex();
        return index == null
                ? "ALTER TABLE " + table.name().sql() + " ADD PRIMARY KEY (COLUMNS)"
                : alter(table, "USING INDEX " + QualifiedName.quote(index));
    }

    private static String alter(TableFacts table, String identity) {
        return "ALTER TABLE " + table.name().sql() + " REPLICA IDENTITY " + identity;
    }

    private static boolean full(TableFacts table) {
        return table.identity() == ReplicaIdentity.FULL.code();
    }

    private static ReplicaIdentity name(TableFacts table) {
        return ReplicaIdentity.of(table.identity());
    }
}
