package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Savepoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Source transactions that reach the sink whole: {@code batch_boundary_signaling}. */
final class WholeTransactionsITCase {

    private static final String SELECT = "SELECT id, amount FROM ";

    @TempDir private Path folder;

    private TestDatabase database;
    private @Nullable SourceJob job;
    private @Nullable BackgroundLoad load;

    @BeforeEach
    void createTables() {
        useServer(18);
    }

    private void useServer(int major) {
        if (database != null) {
            database.close();
        }
        database = TestPostgres.shared(major).createDatabase();
        for (String table : new String[] {"one", "other"}) {
            database.execute(
                    "CREATE TABLE " + table + " (id bigint PRIMARY KEY, amount bigint)",
                    "ALTER TABLE " + table + " REPLICA IDENTITY FULL",
                    "INSERT INTO " + table + " SELECT g, g FROM generate_series(1, 1000) g");
        }
    }

    @AfterEach
    void cleanUp() throws Exception {
        if (load != null) {
            load.stop();
        }
        if (job != null) {
            job.cancel();
        }
        database.close();
    }

    /** Transactions over both tables, of a few rows and of some thousands. */
    private void startLoad() {
        load =
                BackgroundLoad.start(
                        database,
                        (connection, statement, i) -> {
                            int rows = i % 10 == 0 ? 3000 : 1 + i % 40;
                            for (String table : new String[] {"one", "other", "one"}) {
                                statement.execute(
                                        "UPDATE "
                                                + table
                                                + " SET amount = amount + 1 WHERE id <= "
                                                + rows);
                                Savepoint savepoint = connection.setSavepoint();
                                statement.execute("DELETE FROM " + table + " WHERE id % 7 = 0");
                                if (i % 3 == 0) {
                                    connection.rollback(savepoint);
                                }
                                statement.execute(
                                        "INSERT INTO "
                                                + table
                                                + " SELECT g, 0 FROM generate_series(1, "
                                                + rows
                                                + ") g ON CONFLICT DO NOTHING");
                            }
                            BackgroundLoad.end(connection, i);
                        });
    }

    private SourceConfig config(String pipeline) {
        return Configs.initial(database, pipeline, "public.one", "public.other");
    }

    private void endWalsender(String pipeline) {
        database.execute(
                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name"
                        + " = 'nanosync_slot_"
                        + pipeline
                        + "' AND active");
    }

    private void arriveExactlyOnce() throws Exception {
        load.stop();
        database.execute("INSERT INTO one VALUES (-1, 0)");
        job.awaitRow("-1|");
        job.cancel();
        for (String table : new String[] {"one", "other"}) {
            Replay.assertExactlyOnce(job.committed(), "public." + table, database, SELECT + table);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void noCheckpointFallsInsideOfATransaction(int major) throws Exception {
        if (major != 18) {
            useServer(major);
        }
        job =
                new SourceJob(
                                config("whole").with(SourceOptions.BATCH_BOUNDARY_SIGNALING, true),
                                folder,
                                1)
                        .checkpointInterval(Duration.ofMillis(20))
                        .failOnceAfterRows(40_000)
                        .start();
        job.awaitCommitted(2000);
        startLoad();
        job.awaitCommitted(60_000);
        endWalsender("whole");
        job.awaitCommitted(100_000);
        arriveExactlyOnce();
        assertThat(job.boundaries().tears()).hasValue(0);
        assertThat(job.boundaries().marks()).hasPositiveValue();
    }

    /** The same test without it: transactions are torn by checkpoints then. */
    @Test
    void checkpointsFallInsideOfTransactionsWithoutIt() throws Exception {
        job =
                new SourceJob(config("torn"), folder, 1)
                        .checkpointInterval(Duration.ofMillis(20))
                        .start();
        job.awaitCommitted(2000);
        startLoad();
        job.awaitCommitted(60_000);
        arriveExactlyOnce();
        assertThat(job.boundaries().tears()).hasPositiveValue();
        assertThat(job.boundaries().marks()).hasValue(0);
    }
}
