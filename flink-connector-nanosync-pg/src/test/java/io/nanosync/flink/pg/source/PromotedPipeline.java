package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.ReplicatedPostgres;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.function.Executable;

/**
 * A pipeline on a primary with a standby, and a load that goes on at whichever is the primary. It
 * captures table {@code t}, and may capture {@code u} later.
 */
final class PromotedPipeline implements AutoCloseable {

    final ReplicatedPostgres servers;
    final SourceConfig config;
    private final ConnectionConfig connection;
    private final boolean failoverSlot;
    private List<String> tables = List.of("t");
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
        for (String table : List.of("t", "u")) {
            database.execute(
                    "CREATE TABLE "
                            + table
                            + " (id bigint PRIMARY KEY, note text, amount numeric(12,2))",
                    "ALTER TABLE " + table + " REPLICA IDENTITY FULL",
                    "INSERT INTO "
                            + table
                            + " SELECT g, 'note', 1 FROM generate_series(1, "
                            + rows
                            + ") g");
        }
        this.connection = servers.connectionConfig(name);
        this.failoverSlot = failoverSlot;
        this.config = configOf(tables);
        this.job = newJob();
    }

    private SourceConfig configOf(List<String> captured) {
        SourceConfig made =
                Configs.of(
                        connection,
                        "promoted",
                        new StartupMode.Initial(),
                        captured.stream().map(table -> "public." + table).toArray(String[]::new));
        return Configs.withStateDir(
                made.with(SourceOptions.FAILOVER_SLOTS, failoverSlot),
                folder.resolve("state").toUri().toString());
    }

    private SourceJob newJob() {
        return new SourceJob(configOf(tables), folder, 1);
    }

    SourceJob job() {
        return job;
    }

    /** Starts the job again from its newest checkpoint. */
    void restart() throws Exception {
        job.cancel();
        restarted().start();
    }

    /** A job that goes on from the newest state of the last one, which has ended. */
    SourceJob restarted() throws IOException {
        job = newJob().fromSavepoint(job.newestState());
        return job;
    }

    /** Jobs from now on capture {@code u} too. */
    void addTable() {
        tables = List.of("t", "u");
    }

    /** Asks for {@code t} to be read again. */
    void readAgain() throws IOException {
        PgSource.readAgain(config, List.of(new QualifiedName("public", "t")));
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
        for (String table : List.of("t", "u")) {
            statement.execute(
                    "INSERT INTO " + table + " VALUES (" + (1_000_000 + number) + ", 'new', 0)");
            statement.execute(
                    "UPDATE " + table + " SET amount = amount + 1 WHERE id = " + (1 + number % 50));
            statement.execute("DELETE FROM " + table + " WHERE id = " + (1_000_000 + number / 2));
        }
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
        for (String table : tables) {
            database.execute("INSERT INTO " + table + " VALUES (-1, 'end of " + table + "', 0)");
            job.awaitRow("-1|end of " + table + "|");
        }
        job.cancel();
        for (String table : tables) {
            Replay.assertExactlyOnce(
                    job.committed(),
                    "public." + table,
                    database,
                    "SELECT id, note, amount FROM " + table);
        }
    }

    @Override
    public void close() throws Exception {
        stopLoad();
        job.cancel();
        servers.close();
    }
}
