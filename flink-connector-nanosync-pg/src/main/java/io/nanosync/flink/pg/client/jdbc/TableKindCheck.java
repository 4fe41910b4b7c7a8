package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import java.util.Set;

/** That the tables are there, and are tables whose rows can be read and captured. */
final class TableKindCheck implements PreflightCheck {

    private static final Set<String> SYSTEM_SCHEMAS =
            Set.of("pg_catalog", "information_schema", "pg_toast");

    private static final String ALL_TABLES =
            """
            SELECT n.nspname, c.relname
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
               AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            """;

    @Override
    public void run(PreflightContext context, Findings findings) throws PgException {
        absent(context, findings);
        for (TableFacts table : context.tables()) {
            if (table.exists()) {
                kind(table, findings);
                persistence(context, table, findings);
                contents(table, findings);
                rootNamedToo(context, table, findings);
            }
        }
    }

    private static void absent(PreflightContext context, Findings findings) throws PgException {
        List<TableFacts> absent =
                context.tables().stream().filter(table -> !table.exists()).toList();
        if (absent.isEmpty()) {
            return;
        }
        List<QualifiedName> known =
                context.session()
                        .rows(
                                "list all tables",
                                ALL_TABLES,
                                row -> new QualifiedName(row.getString(1), row.getString(2)));
        for (TableFacts table : absent) {
            findings.error(
                    "Table "
                            + table.name()
                            + " does not exist in database \""
                            + context.session().endpoint().database()
                            + "\""
                            + NearestName.of(table.name(), known)
                                    .map(name -> "; the nearest name is " + name)
                                    .orElse(""),
                    null);
        }
    }

    private static void kind(TableFacts table, Findings findings) {
        if (SYSTEM_SCHEMAS.contains(table.name().schema())) {
            findings.error(table.subject() + " is a system table, which can't be published", null);
        }
        switch (table.kind()) {
            case 'v', 'm' ->
                    findings.error(
                            table.name()
                                    + " is a "
                                    + (table.kind() == 'v' ? "view" : "materialized view")
                                    + ", which has no changes in the WAL. Capture the tables that"
                                    + " it reads",
                            null);
            case 'f' ->
                    findings.error(
                            (table.root() == null ? table.name() : table.subject())
                                    + " is a foreign table, whose changes are in the WAL of another"
                                    + " server. Capture it there",
                            null);
            default -> {
                String method = table.accessMethod();
                if (method != null && !method.equals("heap")) {
                    findings.error(
                            table.subject()
                                    + " is stored by access method \""
                                    + method
                                    + "\"; only heap tables can be read by ctid",
                            null);
                }
            }
        }
    }

    private static void persistence(PreflightContext context, TableFacts table, Findings findings) {
        if (table.persistence() == 't') {
            findings.error(table.subject() + " is temporary: only its own session sees it", null);
        }
        if (table.persistence() == 'u' && context.streams()) {
            findings.error(
                    table.subject() + " is unlogged: its changes are not in the WAL",
                    "ALTER TABLE " + table.name().sql() + " SET LOGGED");
        }
    }

    private static void contents(TableFacts table, Findings findings) {
        if (table.root() == null && !table.generatedColumns().isEmpty() && table.isTable()) {
            findings.warning(
                    table.subject()
                            + " has generated columns, which are left out: "
                            + String.join(", ", table.generatedColumns()),
                    null);
        }
        if (!table.inheritors().isEmpty()) {
            findings.warning(
                    table.subject()
                            + " has children by inheritance, whose rows are captured only where"
                            + " they are named themselves: "
                            + String.join(", ", table.inheritors()),
                    null);
        }
    }

    /** A root and a leaf of it, or a root and a partitioned partition of it, were both named. */
    private static void rootNamedToo(PreflightContext context, TableFacts leaf, Findings findings) {
        QualifiedName root = leaf.root();
        if (root == null) {
            return;
        }
        boolean twice =
                context.tables().stream()
                        .filter(other -> other.name().equals(leaf.name()))
                        .map(TableFacts::root)
                        .anyMatch(other -> other == null || other.compareTo(root) > 0);
        if (twice) {
            findings.error(
                    leaf.subject()
                            + " is captured by another name of the list too: its rows would come"
                            + " twice. Name the root or its partitions, not both",
                    null);
        }
    }
}
