package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/**
 * The bare limit of a snapshot: pgjdbc reads binary COPY of ctid ranges, as the connector does, and
 * throws the bytes away.
 */
final class CopyDrain {

    /** Rows between two looks at the clock: as coarse as the connector's batches. */
    private static final int ROWS_PER_COUNT = 10_000;

    /**
     * The table itself, or the leaves of a partitioned one: name, size in blocks, select list. A
     * type without binary output is read as text.
     */
    private static final String FILES =
            """
            SELECT c.oid::regclass::text, pg_relation_size(c.oid) / 8192, (
                SELECT string_agg(
                    quote_ident(attname) || CASE WHEN y.typsend = 0 THEN '::text' ELSE '' END,
                    ', ' ORDER BY attnum)
                FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
                WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '')
            FROM (SELECT ?::regclass AS root) r
            CROSS JOIN LATERAL (SELECT relid FROM pg_partition_tree(root) UNION SELECT root) t
            JOIN pg_class c ON c.oid = t.relid
            WHERE c.relkind = 'r'
            """;

    private final Database database;
    private final int workers;
    private final String firstColumns;

    /** Drains the table's columns. */
    CopyDrain(Database database, int workers) {
        this(database, workers, "");
    }

    private CopyDrain(Database database, int workers, String firstColumns) {
        this.database = database;
        this.workers = workers;
        this.firstColumns = firstColumns;
    }

    /** Drains the table's columns behind the ctid, as the connector's queries have them. */
    static CopyDrain withCtid(Database database, int workers) {
        return new CopyDrain(database, workers, "ctid, ");
    }

    /** Reads the tables once. */
    Rate run(List<QualifiedName> tables, int blocksPerRange)
            throws SQLException, InterruptedException {
        Queue<String> queries = new ConcurrentLinkedQueue<>();
        for (QualifiedName table : tables) {
            queries.addAll(ranges(table, blocksPerRange));
        }
        Tally tally = new Tally();
        ExecutorService threads = Executors.newFixedThreadPool(workers);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                running.add(
                        threads.submit(
                                () -> {
                                    drain(queries, tally);
                                    return null;
                                }));
            }
            for (Future<?> worker : running) {
                worker.get();
            }
        } catch (ExecutionException e) {
            throw new SQLException("A worker of the bare COPY drain failed", e.getCause());
        } finally {
            threads.shutdownNow();
        }
        return tally.rate();
    }

    private List<String> ranges(QualifiedName table, int blocksPerRange) throws SQLException {
        List<String> queries = new ArrayList<>();
        try (Connection connection = database.connect();
                PreparedStatement statement = connection.prepareStatement(FILES)) {
            statement.setString(1, table.sql());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String file = rows.getString(1);
                    long blocks = rows.getLong(2);
                    String columns = rows.getString(3);
                    for (long from = 0; from == 0 || from < blocks; from += blocksPerRange) {
                        queries.add(copy(file, columns, from, from + blocksPerRange, blocks));
                    }
                }
            }
        }
        return queries;
    }

    /** The last range is open, as a table may grow. */
    private String copy(String table, String columns, long from, long to, long blocks) {
        String upper = to >= blocks ? "" : " AND ctid < '(%d,0)'".formatted(to);
        return "COPY (SELECT %s%s FROM ONLY %s WHERE ctid >= '(%d,0)'%s) TO STDOUT (FORMAT binary)"
                .formatted(firstColumns, columns, table, from, upper);
    }

    private void drain(Queue<String> queries, Tally tally) throws SQLException {
        try (Connection connection = database.connect()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET max_parallel_workers_per_gather = 0");
                statement.execute("SET synchronize_seqscans = off");
            }
            CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
            long uncounted = 0;
            for (String query = queries.poll(); query != null; query = queries.poll()) {
                CopyOut copy = copies.copyOut(query);
                // The trailer is a message of its own; the header comes with the first row.
                uncounted--;
                while (copy.readFromCopy() != null) {
                    if (++uncounted == ROWS_PER_COUNT) {
                        tally.count(uncounted);
                        uncounted = 0;
                    }
                }
            }
            tally.count(uncounted);
        }
    }
}
