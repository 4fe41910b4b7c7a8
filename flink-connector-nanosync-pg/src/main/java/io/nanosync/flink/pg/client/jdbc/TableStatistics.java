package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.TableEstimate;
import io.nanosync.flink.pg.client.TableEstimate.ColumnEstimate;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many rows tables have, and what their values are like, as PostgreSQL's planner takes it: from
 * what the last ANALYZE or VACUUM found, for as many blocks as there are now.
 *
 * <p>Source: PostgreSQL, {@code src/backend/access/table/tableam.c}, {@code
 * table_block_relation_estimate_size}.
 */
final class TableStatistics {

    /** Somebody waits for a plan, which is right without estimates, too. */
    private static final String SOON =
            "SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '1s'";

    // A table that was never looked at has 0 rows in 0 blocks up to 13, and -1 from 14 on. One that
    // was empty when it was looked at may have been filled since.
    private static final String SIZE =
            """
            WITH RECURSIVE tree(oid) AS (
                SELECT c.oid
                  FROM unnest(?, ?) w(schema_name, table_name)
                  JOIN pg_namespace n ON n.nspname = w.schema_name
                  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.table_name
                UNION
                SELECT i.inhrelid
                  FROM tree t JOIN pg_class p ON p.oid = t.oid AND p.relkind = 'p'
                  JOIN pg_inherits i ON i.inhparent = t.oid
            ), leaf AS (
                SELECT l.reltuples::float8 / nullif(l.relpages, 0) AS density,
                       l.reltuples > 0 AND l.relpages > 0 AS counted,
                       coalesce(pg_relation_size(l.oid), 0)
                           / current_setting('block_size')::int8 AS blocks,
                       coalesce(pg_relation_size(nullif(l.reltoastrelid, 0)), 0) AS moved_bytes
                  FROM tree t JOIN pg_class l ON l.oid = t.oid AND l.relkind = 'r'
            )
            SELECT coalesce(sum(blocks), 0)::int8 AS blocks,
                   coalesce(sum(blocks) FILTER (WHERE counted), 0)::int8 AS counted_blocks,
                   coalesce(sum(density * blocks) FILTER (WHERE counted), 0)::float8 AS rows,
                   coalesce(sum(moved_bytes), 0)::int8 AS moved_bytes
              FROM leaf
            """;

    // The view has only what the role may see. What a partitioned table's ANALYZE found is told
    // apart from what a table with heirs has of its own.
    private static final String COLUMNS =
            """
            SELECT s.attname, s.null_frac, s.n_distinct, s.avg_width,
                   a.attlen = -1 AND a.attstorage <> 'p' AS may_move
              FROM pg_stats s
              JOIN pg_namespace n ON n.nspname = s.schemaname
              JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
             WHERE s.schemaname = ? AND s.tablename = ? AND s.inherited = (c.relkind = 'p')
            """;

    private final Session session;

    TableStatistics(Session session) {
        this.session = session;
    }

    /** All tables together; null when most of it was never looked at. */
    @Nullable TableEstimate of(List<QualifiedName> tables) throws PgException {
        String doing = "estimate the rows of " + (tables.size() == 1 ? tables.get(0) : tables);
        List<TableEstimate> found =
                session.underOneSnapshot(
                        doing,
                        () -> {
                            session.execute(doing, SOON);
                            Size size = size(doing, tables);
                            if (!size.isKnown()) {
                                return List.of();
                            }
                            return List.of(
                                    new TableEstimate(
                                            size.allRows(),
                                            tables.size() == 1
                                                    ? columns(doing, tables.get(0), size)
                                                    : Map.of()));
                        });
        return found.isEmpty() ? null : found.get(0);
    }

    private Size size(String doing, List<QualifiedName> tables) throws PgException {
        return session.one(
                doing,
                SIZE,
                Size::read,
                tables.stream().map(QualifiedName::schema).toArray(String[]::new),
                tables.stream().map(QualifiedName::name).toArray(String[]::new));
    }

    private Map<String, ColumnEstimate> columns(String doing, QualifiedName table, Size size)
            throws PgException {
        List<Column> columns =
                session.rows(doing, COLUMNS, Column::read, table.schema(), table.name());
        long movable = columns.stream().filter(Column::mayMove).count();
        Map<String, ColumnEstimate> estimates = new HashMap<>();
        for (Column column : columns) {
            // Of a value that was moved out the width is that of a pointer. Nothing says of which
            // column the moved ones are.
            double moved =
                    column.mayMove() ? (double) size.movedBytes() / size.allRows() / movable : 0;
            estimates.put(column.name(), column.estimate(size.allRows(), moved));
        }
        return estimates;
    }

    /**
     * Tables on disk.
     *
     * @param countedBlocks of which it is known how many rows there are in them
     * @param rows of these blocks
     * @param movedBytes of large values
     */
    private record Size(long blocks, long countedBlocks, double rows, long movedBytes) {

        static Size read(ResultSet row) throws SQLException {
            return new Size(
                    row.getLong("blocks"),
                    row.getLong("counted_blocks"),
                    row.getDouble("rows"),
                    row.getLong("moved_bytes"));
        }

        /** Partitions that have come since the last ANALYZE are like the others. */
        boolean isKnown() {
            return countedBlocks > blocks / 2;
        }

        long allRows() {
            return Math.max(1, Math.round(rows / countedBlocks * blocks));
        }
    }

    /** A row of {@code pg_stats}. */
    private record Column(
            String name, double nullFraction, double distinct, int averageBytes, boolean mayMove) {

        static Column read(ResultSet row) throws SQLException {
            return new Column(
                    row.getString("attname"),
                    row.getDouble("null_frac"),
                    row.getDouble("n_distinct"),
                    row.getInt("avg_width"),
                    row.getBoolean("may_move"));
        }

        /** A negative number of values is a share of the rows, and 0 is unknown. */
        ColumnEstimate estimate(long rows, double movedBytes) {
            double values = distinct < 0 ? -distinct * rows : distinct;
            return new ColumnEstimate(
                    values == 0 ? null : Math.max(1, Math.min(rows, Math.round(values))),
                    Math.round(nullFraction * rows),
                    averageBytes + movedBytes);
        }
    }
}
