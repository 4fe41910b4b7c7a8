package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.config.Partitioning;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Divides a table file by the values of a column, under the snapshot of the session's transaction.
 * PostgreSQL alone finds the bounds and puts them in order; they come in SQL, which it reads as the
 * very same values.
 */
final class ValueRanges {

    /** State holds the bounds: a longer one is left out, and two ranges stay one. */
    private static final int MAX_BOUND_BYTES = 200;

    /** Lets the planner do what it is kept from for the sake of the rows' order. */
    private static final String ANY_PLAN =
            """
            SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL enable_bitmapscan TO DEFAULT;
            SET LOCAL enable_indexscan TO DEFAULT; SET LOCAL enable_indexonlyscan TO DEFAULT;
            SET LOCAL max_parallel_workers_per_gather TO DEFAULT
            """;

    // The first rows of the parts that NTILE makes, which itself would spool every row to disk.
    // Rows of one value may fill several parts: DISTINCT, and the comparison with the first of all,
    // leave no part without rows.
    private static final String EQUAL_ROWS =
            """
            WITH total AS (
                SELECT count(*) AS rows FROM %2$s WHERE %1$s IS DISTINCT FROM NULL
            ), first AS MATERIALIZED (
                SELECT value, at FROM (
                    SELECT %1$s AS value, row_number() OVER (ORDER BY %1$s) AS at
                      FROM %2$s WHERE %1$s IS DISTINCT FROM NULL) numbered
                 WHERE at IN (
                    SELECT part * (rows / %4$d) + least(part, rows %% %4$d) + 1
                      FROM total CROSS JOIN generate_series(0, %4$d - 1) part)
            )
            SELECT %5$s AS text FROM (
                SELECT DISTINCT value AS bound FROM first
                 WHERE (SELECT value FROM first WHERE at = 1) %3$s value) bounds
             ORDER BY bound
            """;

    private static final String EQUAL_VALUES =
            """
            SELECT %8$s AS text FROM (
                SELECT DISTINCT %4$s AS bound
                  FROM (SELECT %3$s AS lowest, %5$s AS highest FROM (
                            SELECT min(%1$s) AS low, max(%1$s) AS high
                              FROM %2$s WHERE %6$s) extremes) line
                 CROSS JOIN generate_series(1, %7$d) part
                 CROSS JOIN LATERAL (
                     SELECT lowest + (highest - lowest) * part / (%7$d + 1) AS number) point
                 WHERE number > lowest) bounds
             ORDER BY bound
            """;

    private static final String LITERAL = "pg_catalog.format('%%L::%%s', bound, %1$s)";

    // A label may get another name, that of another one too; what stays is the place of its value
    // among all of them, unless another value is put in. Then the division by zero says so.
    private static final String PLACE =
            """
            (SELECT pg_catalog.format(
                        '(SELECT labels[%%s / (cardinality(labels) = %%s)::int]'
                            ' FROM (SELECT enum_range(NULL::%%s) AS labels OFFSET 0) l)',
                        array_position(labels, bound::%2$s), cardinality(labels), %1$s)
               FROM (SELECT enum_range(NULL::%2$s) AS labels OFFSET 0) l)
            """;

    private static final String NULLS =
            "SELECT EXISTS (SELECT FROM %2$s WHERE pg_catalog.num_nulls(%1$s) = 1)";

    private final Session session;

    ValueRanges(Session session) {
        this.session = session;
    }

    /** See {@link io.nanosync.flink.pg.client.SnapshotSession#ranges}. */
    List<String> of(TableFile file, Partitioning.ByColumn by, int parts) throws PgException {
        PartitionColumn column = PartitionColumn.of(session, file.oid(), by.column());
        NumberLine line =
                column != null && by instanceof Partitioning.Minmax ? column.numberLine() : null;
        if (column == null
                || !column.isOrdered()
                || column.hasPartsWrittenByName()
                || (by instanceof Partitioning.Minmax && line == null)) {
            // Preflight says what is wrong with it, at the next start.
            throw PgException.tryAgain(
                    "Cannot divide "
                            + file.name()
                            + " on "
                            + session.endpoint()
                            + " by column \""
                            + by.column()
                            + "\": it was altered just now");
        }
        String doing = "divide " + file.name() + " by column \"" + by.column() + "\"";
        try {
            return ranges(doing, file, column, line, parts);
        } catch (PgException e) {
            throw e.getCause() instanceof SQLException error ? failure(doing, file, error) : e;
        } catch (SQLException e) {
            throw session.failure(doing, e);
        }
    }

    private PgException failure(String doing, TableFile file, SQLException error) {
        ReadErrors errors = new ReadErrors(session);
        return SqlStates.saysOtherTable(error)
                ? errors.otherTable(file)
                : errors.failureWithValues(doing, error);
    }

    private List<String> ranges(
            String doing,
            TableFile file,
            PartitionColumn column,
            @Nullable NumberLine line,
            int parts)
            throws PgException, SQLException {
        session.execute(doing, ANY_PLAN);
        List<String> bounds =
                session.rows(
                        doing,
                        line == null
                                ? equalRows(file, column, parts)
                                : equalValues(file, column, line, parts),
                        row -> row.getString(1));
        if (!column.isEnumeration()) {
            int typeBytes = bytes(line == null ? column.type() : line.type());
            bounds.removeIf(bound -> bytes(bound) > MAX_BOUND_BYTES + typeBytes);
        }
        if (bounds.isEmpty()) {
            return List.of();
        }
        boolean nulls =
                session.one(
                        doing,
                        NULLS.formatted(column.sql(), NamedTable.from(session, file)),
                        row -> row.getBoolean(1));
        return conditions(column, bounds, nulls);
    }

    private String equalRows(TableFile file, PartitionColumn column, int parts)
            throws SQLException {
        return EQUAL_ROWS.formatted(
                column.compared(),
                NamedTable.from(session, file),
                column.less(),
                parts,
                (column.isEnumeration() ? PLACE : LITERAL)
                        .formatted(session.literal(column.type()), column.type()));
    }

    private String equalValues(TableFile file, PartitionColumn column, NumberLine line, int parts)
            throws SQLException {
        return EQUAL_VALUES.formatted(
                column.sql(),
                NamedTable.from(session, file),
                line.toNumber("low"),
                line.fromNumber("number"),
                line.toNumber("high"),
                line.finite(column.sql()),
                parts - 1,
                LITERAL.formatted(session.literal(line.type())));
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * One condition a range, both ends open, and one for nulls.
     *
     * @param bounds in SQL
     */
    private static List<String> conditions(
            PartitionColumn column, List<String> bounds, boolean nulls) {
        String guard = column.collationGuard();
        List<String> conditions = new ArrayList<>();
        String from = null;
        for (String bound : bounds) {
            String below = column.compared() + " " + column.less() + " " + bound;
            conditions.add((from == null ? below : from + " AND " + below) + guard);
            from = column.compared() + " " + column.atLeast() + " " + bound;
        }
        if (from != null) {
            conditions.add(from + guard);
        }
        if (nulls) {
            // Not IS NULL, which a row of nulls is too. Nor IS NOT DISTINCT FROM: the planner takes
            // NOT NULL from the catalog of now, and the rows are of the snapshot.
            conditions.add("pg_catalog.num_nulls(" + column.sql() + ") = 1");
        }
        return List.copyOf(conditions);
    }
}
