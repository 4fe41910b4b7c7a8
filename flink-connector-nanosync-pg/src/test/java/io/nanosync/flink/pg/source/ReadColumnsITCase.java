package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.DriftPolicy;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Of each table some columns are read; the values of {@code odd} would end the job if they were.
 */
@Tag("long")
final class ReadColumnsITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir private Path folder;
    private TestDatabase database;
    private SourceJob job;
    private BackgroundLoad load;

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

    private void awaitFurtherChanges() {
        long before = changes();
        Await.until(
                "further changes are committed",
                PATIENCE,
                () -> {
                    job.assertRuns();
                    return changes() > before;
                });
    }

    private long changes() {
        return job.committed().stream().filter(line -> line.ordinal() > 0).count();
    }

    /** Columns stand elsewhere in the leaf than in the root, and a dropped one in front. */
    private void createTables(int major) {
        database = TestPostgres.shared(major).createDatabase();
        database.execute(
                "CREATE TABLE t (gone int, note text, odd numeric(12,2), id bigint PRIMARY KEY,"
                        + " amount int)",
                "ALTER TABLE t DROP COLUMN gone",
                "CREATE TABLE p (note text, odd numeric(12,2), id bigint, amount int) PARTITION BY"
                        + " RANGE (id)",
                "CREATE TABLE p1 (amount int, id bigint, odd numeric(12,2), note text)",
                "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (MINVALUE) TO (3000)",
                "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (3000) TO (MAXVALUE)");
        for (String table : List.of("t", "p", "p1", "p2")) {
            database.execute("ALTER TABLE " + table + " REPLICA IDENTITY FULL");
        }
        for (String table : List.of("t", "p")) {
            database.execute(
                    "INSERT INTO "
                            + table
                            + " SELECT 'note ' || g, 'NaN', g, g % 100 FROM generate_series(1,"
                            + " 20000) g");
        }
    }

    private void startLoad() {
        load =
                BackgroundLoad.start(
                        database,
                        (connection, statement, i) -> {
                            for (String table : List.of("t", "p")) {
                                statement.execute(
                                        "INSERT INTO "
                                                + table
                                                + " VALUES ('new', 'NaN', "
                                                + (100_000 + i)
                                                + ", "
                                                + i % 100
                                                + ")");
                                statement.execute(
                                        "UPDATE "
                                                + table
                                                + " SET amount = amount + 1, note = note || '.'"
                                                + " WHERE id = "
                                                + i * 37 % 20000);
                                statement.execute(
                                        "UPDATE "
                                                + table
                                                + " SET note = 'noted' WHERE id = "
                                                + i * 41 % 20000);
                                statement.execute(
                                        "DELETE FROM "
                                                + table
                                                + " WHERE id = "
                                                + (100_000 + i / 2));
                            }
                            BackgroundLoad.end(connection, i);
                        });
    }

    /**
     * A failure in the snapshot, one in the stream, a walsender killed, a savepoint, another
     * parallelism.
     */
    @ParameterizedTest
    @CsvSource({
        "13, ctid",
        "14, ctid",
        "15, ctid",
        "16, ctid",
        "17, ctid",
        "18, ctid",
        "18, ntile"
    })
    void arriveExactlyOnceThroughFailures(int major, String strategy) throws Exception {
        createTables(major);
        startLoad();
        SourceConfig config =
                Configs.dividedBy(
                                Configs.initial(database, "narrow", "public.t", "public.p"),
                                strategy.equals("ntile")
                                        ? new Partitioning.Ntile("note")
                                        : new Partitioning.Ctid())
                        .reading(List.of("amount", "id"));
        job = new SourceJob(config, folder, 2).failOnceAfterRows(9000).start();
        awaitFurtherChanges();
        database.queryList(
                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active AND"
                        + " database = current_database()");
        awaitFurtherChanges();
        String savepoint = job.stopWithSavepoint();
        job =
                new SourceJob(config, folder, 3)
                        .fromSavepoint(savepoint)
                        .failOnceAfterRows(500)
                        .start();
        Await.until(
                "it has failed and goes on",
                PATIENCE,
                () -> {
                    job.assertRuns();
                    return job.rowsUntilFault() <= 0;
                });
        awaitFurtherChanges();
        load.stop();
        load = null;
        database.execute("INSERT INTO p VALUES ('end', 'NaN', -1, 0)");
        job.awaitRow("-1|0");
        List<Line> lines = job.committed();
        Replay.assertExactlyOnce(lines, "public.t", database, "SELECT id, amount FROM t");
        Replay.assertExactlyOnce(lines, "public.p", database, "SELECT id, amount FROM p");
    }

    /** What each life wants is what comes from there on, in the snapshot and behind it. */
    @Test
    void areOthersBehindASavepoint() throws Exception {
        database = TestPostgres.shared(17).createDatabase();
        database.execute(
                "CREATE TABLE t (amount int, id bigint PRIMARY KEY, note text)",
                "INSERT INTO t SELECT 900000 + g % 97, g, 'note ' || g FROM generate_series(1,"
                        + " 100000) g");
        SourceConfig all = Configs.initial(database, "widened", "public.t");
        job = new SourceJob(all.reading(List.of("id")), folder, 2).start();
        job.awaitCommitted(1);
        load =
                BackgroundLoad.start(
                        database,
                        (connection, statement, i) -> {
                            long id = 200_000 + i;
                            statement.execute(
                                    "INSERT INTO t VALUES ("
                                            + (900_000 + id % 97)
                                            + ", "
                                            + id
                                            + ", 'note "
                                            + id
                                            + "')");
                            BackgroundLoad.end(connection, i);
                        });
        List<SourceConfig> lives =
                List.of(
                        all.reading(List.of("note", "id")),
                        all.reading(List.of()),
                        all,
                        all.reading(List.of("amount")));
        for (SourceConfig life : lives) {
            String savepoint = job.stopWithSavepoint();
            job = new SourceJob(life, folder, 2).fromSavepoint(savepoint).start();
            int committed = job.committed().size();
            job.awaitCommitted(committed + 1);
        }
        awaitFurtherChanges();
        load.stop();
        load = null;
        database.execute("INSERT INTO t VALUES (899999, -1, 'note -1')");
        job.awaitRow("899999|-1");
        Set<String> shapes = new HashSet<>();
        List<String> ids = new ArrayList<>();
        for (Line line : job.committed()) {
            List<String> values = List.of(String.valueOf(line.after()).split("\\|", -1));
            String id =
                    values.size() == 1 || values.get(1).startsWith("note ")
                            ? values.get(0)
                            : values.get(1);
            ids.add(id);
            shapes.add(
                    String.join(
                            ", ",
                            values.stream().map(value -> column(value, values, id)).toList()));
        }
        List<String> expected = database.queryList("SELECT id FROM t");
        ids.sort(null);
        expected.sort(null);
        assertThat(ids).isEqualTo(expected);
        assertThat(shapes)
                .containsExactlyInAnyOrder("id", "id, note", "amount, id", "amount, id, note");
    }

    /** Of which column a value is, if it is the one of this row. */
    private static String column(String value, List<String> row, String id) {
        if (value.equals("note " + id)) {
            return "note";
        }
        if (value.equals("" + (900_000 + Long.parseLong(id) % 97))) {
            return "amount";
        }
        return value.equals(id) ? "id" : "torn: " + row;
    }

    /** A column that is added may be accepted, and isn't read as long as nobody wants it. */
    @Test
    void areTheSameBehindAnAcceptedSchema() throws Exception {
        createTables(17);
        SourceConfig config =
                Configs.initial(database, "added", "public.t")
                        .with(SourceOptions.SCHEMA_DRIFT, DriftPolicy.ACCEPT_COMPATIBLE)
                        .reading(List.of("amount"));
        job = new SourceJob(config, folder, 1).start();
        job.awaitCommitted(20000);
        database.execute(
                "BEGIN",
                "INSERT INTO t VALUES ('a', 'NaN', -1, 1)",
                "ALTER TABLE t ADD COLUMN also_odd numeric(12,2)",
                "INSERT INTO t VALUES ('b', 'NaN', -2, 2, 'NaN')",
                "COMMIT");
        job.awaitRow("-2|2");
        String savepoint = job.stopWithSavepoint();
        job = new SourceJob(config, folder, 1).fromSavepoint(savepoint).start();
        database.execute("UPDATE t SET amount = 3, also_odd = NULL WHERE id = -2");
        job.awaitRow("-2|3");
        Replay.assertExactlyOnce(job.committed(), "public.t", database, "SELECT id, amount FROM t");
    }

    /** All columns of a table are captured, so that another life can want them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE t DROP COLUMN odd",
                "ALTER TABLE t RENAME COLUMN odd TO odder",
                "ALTER TABLE t ADD COLUMN more int",
                "ALTER TABLE t ALTER COLUMN note TYPE varchar(20)",
                "ALTER TABLE t REPLICA IDENTITY DEFAULT"
            })
    void endWhereOthersAreAltered(String alter) throws Exception {
        createTables(17);
        job =
                new SourceJob(
                                Configs.initial(database, "altered", "public.t")
                                        .reading(List.of("amount")),
                                folder,
                                1)
                        .start();
        job.awaitCommitted(20000);
        database.execute("UPDATE t SET amount = 1000 WHERE id = 1");
        job.awaitRow("1|1000");
        database.execute(alter, "UPDATE t SET amount = 2000 WHERE id = 1");
        assertThat(job.failure()).contains("PipelineFailedException").containsPattern("public\\.t");
        assertThat(job.committed()).noneMatch(line -> "1|2000".equals(line.after()));
    }
}
