package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What becomes of generated columns. Before 18 they are never published, from 18 on where the
 * publication says so, and the virtual ones never. One that is not published is left out of the
 * capture, and must be no part of the replica identity: 18 refuses the application's UPDATE and
 * DELETE then, while before 18 the old key comes without it.
 *
 * <p>Source: PostgreSQL 18, {@code src/backend/commands/publicationcmds.c}, {@code
 * pub_contains_invalid_column}.
 */
final class GeneratedColumnCheck implements PreflightCheck {

    @Override
    public void run(PreflightContext context, Findings findings) throws PgException {
        Map<QualifiedName, List<GeneratedColumn>> unpublished =
                GeneratedColumn.of(context).stream()
                        .filter(column -> !column.published())
                        .collect(Collectors.groupingBy(GeneratedColumn::table));
        for (TableFacts table : context.tables()) {
            List<GeneratedColumn> columns = unpublished.getOrDefault(table.name(), List.of());
            if (columns.isEmpty()) {
                continue;
            }
            List<GeneratedColumn> identifying =
                    columns.stream().filter(column -> identifies(context, table, column)).toList();
            if (!identifying.isEmpty() && context.needsIdentities()) {
                refuse(context, table, identifying, findings);
            } else if (table.root() == null) {
                findings.warning(
                        table.subject()
                                + " has generated columns, which are left out: "
                                + names(columns),
                        null);
            }
        }
    }

    private static boolean identifies(
            PreflightContext context, TableFacts table, GeneratedColumn column) {
        // Up to 17 an old row under FULL simply lacks them.
        return full(table) ? context.session().major() >= 18 : column.inKey();
    }

    private static void refuse(
            PreflightContext context,
            TableFacts table,
            List<GeneratedColumn> columns,
            Findings findings) {
        boolean refusedByServer = context.session().major() >= 18;
        findings.error(
                table.subject()
                        + " has generated columns in its replica identity ("
                        + ReplicaIdentity.of(table.identity())
                        + ") that are not published: "
                        + names(columns)
                        + (refusedByServer
                                ? ". PostgreSQL would refuse every UPDATE and DELETE on it once it"
                                        + " is published"
                                : ". The old key of an UPDATE or DELETE would come without them"),
                remedy(context, table, columns));
    }

    private static String remedy(
            PreflightContext context, TableFacts table, List<GeneratedColumn> columns) {
        String alter = "ALTER TABLE " + table.name().sql() + " REPLICA IDENTITY ";
        if (context.session().major() < 18) {
            return alter + "FULL";
        }
        if (columns.stream().allMatch(GeneratedColumn::stored)) {
            String option = "publish_generated_columns = stored";
            String name = String.valueOf(context.request().publication());
            return context.publication() == null
                    ? PublicationQueries.createSql(
                                    name,
                                    context.publishable().stream().map(TableFacts::name).toList())
                            .replaceFirst("\\)$", ", " + option + ")")
                    : "ALTER PUBLICATION " + QualifiedName.quote(name) + " SET (" + option + ")";
        }
        if (table.primaryKey()) {
            return alter + "DEFAULT";
        }
        return table.identityIndex() == null
                ? "ALTER TABLE " + table.name().sql() + " ADD PRIMARY KEY (COLUMNS)"
                : alter + "USING INDEX " + QualifiedName.quote(table.identityIndex());
    }

    private static boolean full(TableFacts table) {
        return table.identity() == ReplicaIdentity.FULL.code();
    }

    private static String names(List<GeneratedColumn> columns) {
        return columns.stream().map(GeneratedColumn::name).collect(Collectors.joining(", "));
    }
}
