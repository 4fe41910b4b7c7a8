package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.source.enumerator.EarlierStates;
import io.nanosync.flink.pg.source.enumerator.EnumeratorCheckpoint;
import io.nanosync.flink.pg.source.split.EarlierSplits;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Jobs that are restored from savepoints whose state is in the form of earlier versions, on a real
 * server: in the middle of the snapshot and while streaming.
 */
final class EarlierStateITCase {

    @TempDir private Path folder;
    private TestDatabase database;
    private SourceConfig config;
    private SourceJob job;
    private BackgroundLoad load;

    /** Writes its state in the form of an earlier version. */
    private static final class OfVersion extends WrappedSource {
        private static final long serialVersionUID = 1L;

        private final int version;

        OfVersion(int version, PgSource source) {
            super(source);
            this.version = version;
        }

        @Override
        public SimpleVersionedSerializer<PgSplit> getSplitSerializer() {
            return new EarlierSplits(version);
        }

        @Override
        public SimpleVersionedSerializer<EnumeratorCheckpoint> getEnumeratorCheckpointSerializer() {
            return new EarlierStates(version);
        }
    }

    @BeforeEach
    void createTables() {
        database = TestPostgres.shared(18).createDatabase();
        database.execute(
                "CREATE TYPE pair AS (a int, b text)",
                "CREATE TABLE t (id bigint PRIMARY KEY, note text, amount numeric(12,2), p pair)",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT g, 'note', g / 100.0, ROW(g, 'b')::pair FROM"
                        + " generate_series(1, 10000) g",
                "CREATE TABLE u (id bigint PRIMARY KEY, note text)",
                "ALTER TABLE u REPLICA IDENTITY FULL",
                "INSERT INTO u SELECT g, 'note' FROM generate_series(1, 10000) g");
        config = Configs.initial(database, "earlier", "public.t", "public.u");
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

    private SourceJob job(int version) {
        return new SourceJob(config, folder, 2).wrapped(source -> new OfVersion(version, source));
    }

    private void startLoad() {
        load =
                BackgroundLoad.start(
                        database,
                        (connection, statement, i) -> {
                            statement.execute(
                                    "UPDATE t SET amount = amount + 1 WHERE id = "
                                            + i * 37 % 10000);
                            statement.execute("INSERT INTO t VALUES (" + (100_000 + i) + ")");
                            connection.commit();
                        });
    }

    private long changes() {
        return job.committed().stream().filter(line -> line.ordinal() > 0).count();
    }

    private void awaitFurtherChanges() {
        long before = changes();
        Await.until(
                "further changes are committed",
                Duration.ofSeconds(60),
                () -> {
                    job.assertRuns();
                    return changes() > before;
                });
    }

    /** One form after the other: each is written by one job and read by the next. */
    @Test
    void stateOfEachVersionIsTakenUp() throws Exception {
        takeUp(1, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    @Tag("long")
    void stateOfOneVersionIsTakenUp(int version) throws Exception {
        takeUp(version, version, version);
    }

    private void takeUp(int inTheSnapshot, int streaming, int streamingOn) throws Exception {
        startLoad();
        String savepoint = stopInTheMiddleOfTheSnapshot(inTheSnapshot);
        job = job(streaming).fromSavepoint(savepoint).start();
        awaitFurtherChanges();
        savepoint = job.stopWithSavepoint();
        job = job(streamingOn).fromSavepoint(savepoint).start();
        awaitFurtherChanges();
        savepoint = job.stopWithSavepoint();
        job = new SourceJob(config, folder, 1).fromSavepoint(savepoint).start();
        awaitFurtherChanges();
        assertArrivedExactlyOnce();
    }

    /** While somebody holds a lock on the second table, only the first one can be read. */
    @SuppressWarnings("try") // The connection holds the lock.
    private String stopInTheMiddleOfTheSnapshot(int version) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            job =
                    job(version)
                            .onceAfterRows(
                                    1,
                                    () -> {
                                        try {
                                            statement.execute(
                                                    "LOCK TABLE u IN ACCESS EXCLUSIVE MODE");
                                        } catch (Exception e) {
                                            throw new IllegalStateException(e);
                                        }
                                    })
                            .start();
            job.awaitCommitted(3001);
            String savepoint = job.stopWithSavepoint();
            assertThat(changes()).isZero();
            return savepoint;
        }
    }

    private void assertArrivedExactlyOnce() throws Exception {
        load.stop();
        database.execute("INSERT INTO u VALUES (-1, 'end')");
        job.awaitRow("-1|end");
        job.cancel();
        List<Line> lines = job.committed();
        assertThat(lines).noneMatch(line -> line.op() == 't');
        Replay.assertNothingTwice(lines);
        assertThat(Replay.contents(Replay.of(lines, "public.t")))
                .isEqualTo(Replay.contents(database, "SELECT id, note, amount, p FROM t"));
        assertThat(Replay.contents(Replay.of(lines, "public.u")))
                .isEqualTo(Replay.contents(database, "SELECT id, note FROM u"));
    }
}
