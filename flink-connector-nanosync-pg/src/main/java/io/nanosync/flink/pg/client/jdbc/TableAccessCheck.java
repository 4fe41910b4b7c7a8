package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import java.util.stream.Collectors;

/**
 * That the role may read every table whole. Leaves are read by their own names, so the root's
 * privileges don't do.
 */
final class TableAccessCheck implements PreflightCheck {

    private static final int NAMED = 5;

    @Override
    public void run(PreflightContext context, Findings findings) {
        List<TableFacts> tables = context.tables().stream().filter(TableFacts::isTable).toList();
        usage(context, tables, findings);
        select(context, tables, findings);
        policies(context, tables, findings);
    }

    private static void usage(
            PreflightContext context, List<TableFacts> tables, Findings findings) {
        tables.stream()
                .filter(table -> !table.usesSchema())
                .map(table -> table.name().schema())
                .distinct()
                .forEach(
                        schema ->
                                findings.error(
                                        role(context) + " may not use schema \"" + schema + "\"",
                                        "GRANT USAGE ON SCHEMA "
                                                + QualifiedName.quote(schema)
                                                + " TO "
                                                + context.roleSql()));
    }

    private static void select(
            PreflightContext context, List<TableFacts> tables, Findings findings) {
        List<QualifiedName> denied =
                tables.stream()
                        .filter(table -> !table.selects() && !table.selectsSome())
                        .map(TableFacts::name)
                        .toList();
        if (!denied.isEmpty()) {
            findings.error(
                    role(context) + " may not read " + names(denied), grant(context, denied));
        }
        // Grants on every column don't do either: LOCK TABLE asks for one on the table.
        List<QualifiedName> partly =
                tables.stream()
                        .filter(table -> !table.selects() && table.selectsSome())
                        .map(TableFacts::name)
                        .toList();
        if (!partly.isEmpty()) {
            findings.error(
                    role(context)
                            + " may read "
                            + names(partly)
                            + " by columns alone, and the snapshot needs the right on the table",
                    grant(context, partly));
        }
    }

    private static String grant(PreflightContext context, List<QualifiedName> tables) {
        return "GRANT SELECT ON TABLE "
                + tables.stream().map(QualifiedName::sql).collect(Collectors.joining(", "))
                + " TO "
                + context.roleSql();
    }

    private static void policies(
            PreflightContext context, List<TableFacts> tables, Findings findings) {
        List<QualifiedName> policed =
                tables.stream().filter(TableFacts::policed).map(TableFacts::name).toList();
        if (!policed.isEmpty()) {
            findings.error(
                    "Row-level security would hide rows of "
                            + names(policed)
                            + " from the snapshot, while the stream has them all",
                    "ALTER ROLE " + context.roleSql() + " BYPASSRLS");
        }
    }

    private static String role(PreflightContext context) {
        return "Role \"" + context.role().name() + "\"";
    }

    private static String names(List<QualifiedName> tables) {
        String first =
                tables.stream()
                        .limit(NAMED)
                        .map(QualifiedName::toString)
                        .collect(Collectors.joining(", "));
        int more = tables.size() - NAMED;
        return more > 0 ? first + " and " + more + " more" : first;
    }
}
