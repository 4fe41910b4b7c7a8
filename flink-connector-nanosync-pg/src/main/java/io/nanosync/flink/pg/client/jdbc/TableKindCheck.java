package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.NearestName;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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
                children(context, table, findings);
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
        List<String> known =
                context.session()
                        .rows(
                                "list all tables",
                                ALL_TABLES,
                                row ->
                                        new QualifiedName(row.getString(1), row.getString(2))
                                                .toString());
        for (TableFacts table : absent) {
            String nearest = NearestName.of(table.name().toString(), known);
            findings.error(
                    "Table "
                            + table.name()
                            + " does not exist in database \""
                            + context.session().endpoint().database()
                            + "\""
                            + (nearest == null ? "" : "; the nearest name is " + nearest),
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

    /**
     * A table by inheritance is a table of its own, in a publication and here: who names the parent
     * and means the whole family would get next to nothing.
     */
    private static void children(PreflightContext context, TableFacts table, Findings findings) {
        List<QualifiedName> missing =
                table.inheritors().stream()
                        .filter(child -> !context.request().tables().contains(child))
                        .filter(
                                child ->
                                        !TableSelector.anyLeavesOut(
                                                context.request().selectors(), child))
                        .toList();
        if (!missing.isEmpty()) {
            String list =
                    missing.stream().map(QualifiedName::toString).collect(Collectors.joining(", "));
            findings.error(
                    table.subject()
                            + " has children by inheritance, which are tables of their own: their"
                            + " rows are no part of its capture. Add "
                            + list
                            + " to the tables, or leave them out by name: "
                            + missing.stream()
                                    .map(child -> "\"!" + child + "\"")
                                    .collect(Collectors.joining(", ")),
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
