package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.NearestName;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** That each table can be divided by the column that is named for it. */
final class PartitionColumnCheck implements PreflightCheck {

    private static final String COLUMNS =
            """
            SELECT attname FROM pg_attribute
             WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            """;

    private static final String OWN =
            "Name another column, or give this table a partition_strategy of its own";

    @Override
    public void run(PreflightContext context, Findings findings) throws PgException {
        Map<QualifiedName, Partitioning.ByColumn> divided = new LinkedHashMap<>();
        for (TableFacts table : context.publishable()) {
            if (context.request().partitionings().get(table.name())
                    instanceof Partitioning.ByColumn by) {
                divided.put(table.name(), by);
            }
        }
        if (divided.isEmpty()) {
            return;
        }
        Session session = context.session();
        Map<QualifiedName, Integer> oids =
                new TableCatalog(session).oids(List.copyOf(divided.keySet()));
        for (Map.Entry<QualifiedName, Partitioning.ByColumn> table : divided.entrySet()) {
            Integer oid = oids.get(table.getKey());
            // A table that has gone meanwhile is the next start's concern.
            if (oid != null) {
                check(session, oid, table.getKey(), table.getValue(), findings);
            }
        }
    }

    private static void check(
            Session session,
            int oid,
            QualifiedName table,
            Partitioning.ByColumn by,
            Findings findings)
            throws PgException {
        PartitionColumn column = PartitionColumn.of(session, oid, by.column());
        if (column == null) {
            absent(session, oid, table, by, findings);
        } else if (column.isVirtual()) {
            refuse(
                    table,
                    column,
                    "is a virtual generated column, which is stored nowhere",
                    findings);
        } else if (by instanceof Partitioning.Ntile && !sorts(session, table, column)) {
            refuse(table, column, "has a type without an order", findings);
        } else if (by instanceof Partitioning.Ntile && column.hasPartsWrittenByName()) {
            refuse(
                    table,
                    column,
                    "has parts that are written by names (labels of an enumeration, objects of the"
                            + " catalog), which may become those of others while ranges are read",
                    findings);
        } else if (by instanceof Partitioning.Minmax && column.numberLine() == null) {
            refuse(
                    table,
                    column,
                    "is no integer, numeric, float, date or timestamp, which are what minmax"
                            + " divides by"
                            + (column.isOrdered() ? " (ntile does by any type with an order)" : ""),
                    findings);
        }
    }

    /** An order may need one of the parts' types, which the server looks up as deep as they go. */
    private static boolean sorts(Session session, QualifiedName table, PartitionColumn column)
            throws PgException {
        if (!column.isOrdered()) {
            return false;
        }
        try {
            session.executeRaw("SELECT NULL::" + column.type() + " AS c ORDER BY c");
            return true;
        } catch (SQLException e) {
            if (SqlStates.UNDEFINED_FUNCTION.equals(e.getSQLState())) {
                return false;
            }
            throw session.failure(
                    "look up the order of column \"" + column.name() + "\" of " + table, e);
        }
    }

    private static void absent(
            Session session,
            int oid,
            QualifiedName table,
            Partitioning.ByColumn by,
            Findings findings)
            throws PgException {
        List<String> columns =
                session.rows(
                        "list the columns of " + table,
                        COLUMNS,
                        row -> row.getString(1),
                        Integer.toUnsignedLong(oid));
        String nearest = NearestName.of(by.column(), columns);
        findings.error(
                "Table "
                        + table
                        + " has no column \""
                        + by.column()
                        + "\", which is its partition_column"
                        + (nearest == null ? "" : "; the nearest name is \"" + nearest + "\"")
                        + ". "
                        + OWN,
                null);
    }

    private static void refuse(
            QualifiedName table, PartitionColumn column, String why, Findings findings) {
        findings.error(
                "Column \""
                        + column.name()
                        + "\" ("
                        + column.typeText()
                        + ") of table "
                        + table
                        + " can't be its partition_column: it "
                        + why
                        + ". "
                        + OWN,
                null);
    }
}
