package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.ReplicatedPostgres;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.function.Executable;

/** A pipeline on a primary with a standby, and a load that goes on at whichever is the primary. */
final class PromotedPipeline implements AutoCloseable {

    static final String COLUMNS = "SELECT id, note, amount FROM t";

    final ReplicatedPostgres servers;
    final SourceConfig config;
    private final String name;
    private final Path folder;
    private final AtomicLong written = new AtomicLong();
    private SourceJob job;
    private volatile TestDatabase database;
    private volatile boolean loading;
    private Thread load;

    /** Starts the servers and makes a table of so many rows. */
    PromotedPipeline(int major, boolean failoverSlot, int rows, Path folder) {
        this.servers = ReplicatedPostgres.start(major);
        this.folder = folder;
        this.database = servers.createDatabase();
        this.name = database.name();
        database.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, note text, amount numeric(12,2))",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT g, 'note', 1 FROM generate_series(1, " + rows + ") g");
        this.config =
                Configs.withFailoverSlot(
                        Configs.of(
                                servers.connectionConfig(name),
                                "promoted",
                                new StartupMode.Initial(),
                                "public.t"),
                        failoverSlot);
        this.job = newJob();
    }

    private SourceJob newJob() {
        return new SourceJob(config, folder, 1);
    }

    SourceJob job() {
        return job;
    }

    /** Starts the job again from its newest checkpoint. */
    void restart() throws Exception {
        job.cancel();
        job = newJob().fromSavepoint(job.newestState()).start();
    }

    TestDatabase database() {
        return database;
    }

    /** Small transactions one behind the other, until the end. */
    void startLoad() {
        loading = true;
        load = new Thread(this::load, "load");
        load.start();
    }

    private void load() {
        while (loading) {
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (loading) {
                    write(statement, written.getAndIncrement());
                    connection.commit();
                }
            } catch (SQLException | AssertionError e) {
                // The server is gone; the next one is there soon.
                Thread.onSpinWait();
            }
        }
    }

    private static void write(Statement statement, long number) throws SQLException {
        statement.execute("INSERT INTO t VALUES (" + (1_000_000 + number) + ", 'new', 0)");
        statement.execute("UPDATE t SET amount = amount + 1 WHERE id = " + (1 + number % 50));
        statement.execute("DELETE FROM t WHERE id = " + (1_000_000 + number / 2));
    }

    void stopLoad() throws InterruptedException {
        loading = false;
        if (load != null) {
            load.join();
        }
    }

    /** Loses the primary, by a crash or in order; what is connected finds the standby instead. */
    void lose(Executable loss) throws Exception {
        try {
            loss.execute();
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        database = servers.database(name);
    }

    /** Returns when the stream has begun on the server that is the primary now. */
    void awaitStreaming() {
        Await.until(
                "the stream has begun at the primary",
                Duration.ofSeconds(60),
                () -> {
                    job.assertRuns();
                    return database.streamingPid(config.slot()) != null;
                });
    }

    /** Whether each row and change that the primary has arrived once. The job ends. */
    void assertExactlyOnce() throws Exception {
        stopLoad();
        database.execute("INSERT INTO t VALUES (-1, 'end', 0)");
        job.awaitRow("-1|end|");
        job.cancel();
        Replay.assertExactlyOnce(job.committed(), "public.t", database, COLUMNS);
    }

    @Override
    public void close() throws Exception {
        stopLoad();
        job.cancel();
        servers.close();
    }
}
