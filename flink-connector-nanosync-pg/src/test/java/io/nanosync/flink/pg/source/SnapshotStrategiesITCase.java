package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tables of every shape, read by each strategy while others write and a task fails in the middle:
 * what arrives is what PostgreSQL has.
 */
final class SnapshotStrategiesITCase {

    /** Tables, and how PostgreSQL prints their rows as Java does. */
    private static final Map<String, String> TABLES =
            new TreeMap<>(
                    Map.of(
                            "plain", "SELECT id, c, note, filler FROM plain",
                            "parted",
                                    "SELECT id, region, to_char(c AT TIME ZONE 'UTC',"
                                        + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), note FROM parted",
                            "keyless", "SELECT c, note FROM keyless",
                            "nulls", "SELECT id, c, filler FROM nulls",
                            "skewed",
                                    "SELECT id, CASE WHEN c IN ('NaN', 'Infinity', '-Infinity')"
                                            + " THEN c::text ELSE c || '.0' END, filler FROM"
                                            + " skewed",
                            "nobody", "SELECT id, c FROM nobody",
                            "single", "SELECT id, c FROM single"));

    /** Few rows a page: many pages, and room for new versions of rows beside the old. */
    private static final String SPARSE = " WITH (fillfactor = 10)";

    private static final int ROWS = 12_000;

    @TempDir private Path folder;
    private TestDatabase database;
    private SourceJob job;
    private BackgroundLoad load;

    @AfterEach
    void cleanUp() throws Exception {
        stopLoad();
        if (job != null) {
            job.cancel();
        }
        database.close();
    }

    private void tables(int major) {
        database = TestPostgres.shared(major).createDatabase();
        String rows = " FROM generate_series(1, " + ROWS + ") g";
        database.execute(
                "CREATE TABLE plain (id bigint PRIMARY KEY, c int, note text, filler char(60))"
                        + SPARSE,
                "INSERT INTO plain SELECT g, (g * 7919) % 100000 - 50000, 'n' || g, 'x'" + rows,
                "CREATE INDEX ON plain (c)",
                "CREATE TABLE parted (id bigint, region int, c timestamptz, note text,"
                        + " PRIMARY KEY (id, region)) PARTITION BY LIST (region)",
                "CREATE TABLE east (note text, c timestamptz, region int NOT NULL, id bigint NOT"
                        + " NULL)"
                        + SPARSE,
                "ALTER TABLE parted ATTACH PARTITION east FOR VALUES IN (1)",
                "CREATE TABLE west PARTITION OF parted FOR VALUES IN (2) PARTITION BY RANGE (id)",
                "CREATE TABLE west_low (gone int, region int NOT NULL, id bigint NOT NULL, c"
                        + " timestamptz, note text)"
                        + SPARSE,
                "ALTER TABLE west_low DROP COLUMN gone",
                "ALTER TABLE west ATTACH PARTITION west_low FOR VALUES FROM (MINVALUE) TO (6000)",
                "CREATE TABLE west_high PARTITION OF west FOR VALUES FROM (6000) TO (MAXVALUE)",
                "INSERT INTO parted SELECT g, 1 + g % 2, timestamptz '2020-01-01 00:00:00Z' + g *"
                        + " interval '1 hour', repeat('p', 60) || g"
                        + rows,
                "CREATE INDEX ON parted (c)",
                "CREATE TABLE keyless (c date, note text)" + SPARSE,
                "INSERT INTO keyless SELECT date '2000-01-01' + g % 500, repeat('k', 60) || g % 50"
                        + rows,
                "CREATE TABLE nulls (id bigint PRIMARY KEY, c numeric, filler char(60))" + SPARSE,
                "INSERT INTO nulls SELECT g, CASE WHEN g % 3 = 0 THEN g / 8.0 WHEN g % 101 = 0 THEN"
                        + " 'NaN' END, 'x'"
                        + rows,
                "CREATE TABLE skewed (id bigint PRIMARY KEY, c float8, filler char(60))" + SPARSE,
                "INSERT INTO skewed SELECT g, CASE g % 30 WHEN 0 THEN g::float8 WHEN 1 THEN -g WHEN"
                    + " 2 THEN 'NaN' WHEN 3 THEN 'Infinity' WHEN 4 THEN '-Infinity' ELSE 1 END, 'x'"
                        + rows,
                "CREATE TABLE nobody (id int PRIMARY KEY, c int)",
                "CREATE TABLE single (id int PRIMARY KEY, c int)",
                "INSERT INTO single VALUES (1, 1)");
        for (String table : TABLES.keySet()) {
            database.execute("ALTER TABLE " + table + " REPLICA IDENTITY FULL");
        }
        for (String leaf : List.of("east", "west", "west_low", "west_high")) {
            database.execute("ALTER TABLE " + leaf + " REPLICA IDENTITY FULL");
        }
    }

    private SourceConfig config(String pipeline, Partitioning partitioning) {
        return Configs.dividedBy(
                Configs.initial(
                        database,
                        pipeline,
                        TABLES.keySet().stream()
                                .map(table -> "public." + table)
                                .toArray(String[]::new)),
                partitioning);
    }

    /** Changes of each kind, also across the bounds of ranges, until it is stopped. */
    private void startLoad() {
        load =
                BackgroundLoad.start(
                        database,
                        (connection, statement, i) -> {
                            change(statement, i);
                            end(connection, statement, i);
                        });
    }

    private static void change(Statement statement, int i) throws Exception {
        int fresh = 1_000_000 + i;
        int old = i * 37 % ROWS;
        statement.execute(
                """
                INSERT INTO plain VALUES (%1$d, %2$d %% 60000, 'new', 'x');
                UPDATE plain SET c = -c WHERE id = %2$d;
                UPDATE plain SET note = note || '+' WHERE id BETWEEN %2$d AND %2$d + 5;
                UPDATE plain SET id = id + 2000000 WHERE id = %2$d + 7;
                DELETE FROM plain WHERE id = %1$d - 3;
                UPDATE parted SET c = c - interval '300 days' WHERE id = %2$d;
                UPDATE parted SET region = 3 - region WHERE id = %2$d + 1;
                UPDATE parted SET note = note || '+' WHERE id BETWEEN %2$d AND %2$d + 5;
                INSERT INTO keyless VALUES (date '2000-01-01' + %2$d %% 400, 'new');
                DELETE FROM keyless WHERE ctid = (SELECT min(ctid) FROM keyless);
                UPDATE nulls SET c = CASE WHEN c IS NULL THEN %2$d ELSE NULL END WHERE id = %2$d;
                UPDATE skewed SET c = CASE WHEN c = 1 THEN %2$d ELSE 1 END WHERE id = %2$d;
                DELETE FROM skewed WHERE id = %2$d + 11;
                INSERT INTO nobody VALUES (%1$d, 1);
                UPDATE single SET c = c + 1
                """
                        .formatted(fresh, old));
    }

    private static void end(Connection connection, Statement statement, int i) throws Exception {
        if (i % 5 == 4) {
            connection.rollback();
        } else if (i % 7 == 6) {
            statement.execute("PREPARE TRANSACTION 'load'");
            connection.commit();
            connection.setAutoCommit(true);
            statement.execute("COMMIT PREPARED 'load'");
            connection.setAutoCommit(false);
        } else {
            connection.commit();
        }
    }

    private void stopLoad() throws InterruptedException {
        if (load != null) {
            load.stop();
        }
    }

    private void assertArrived() throws Exception {
        job.awaitStreaming();
        stopLoad();
        database.execute("INSERT INTO single VALUES (-1, 0)");
        job.awaitRow("-1|");
        job.cancel();
        List<Line> lines = job.committed();
        TABLES.forEach(
                (table, select) ->
                        assertThat(ReplayedBag.of(Replay.of(lines, "public." + table)))
                                .as(table)
                                .isEqualTo(ReplayedBag.of(database, select)));
    }

    static Stream<Arguments> matrix() {
        return TestPostgres.VERSIONS.stream()
                .flatMap(
                        major ->
                                Stream.of(
                                                new Partitioning.Ctid(),
                                                new Partitioning.Ntile("c"),
                                                new Partitioning.Minmax("c"))
                                        .map(by -> Arguments.of(major, by)));
    }

    @ParameterizedTest
    @MethodSource("matrix")
    @Tag("long")
    void everyTableArrivesByEachStrategyOnEachVersion(int major, Partitioning by) throws Exception {
        arrives(major, by);
    }

    @Test
    void everyTableArrivesByNtile() throws Exception {
        arrives(18, new Partitioning.Ntile("c"));
    }

    @Test
    void everyTableArrivesByMinmax() throws Exception {
        arrives(14, new Partitioning.Minmax("c"));
    }

    private void arrives(int major, Partitioning by) throws Exception {
        tables(major);
        startLoad();
        job = new SourceJob(config("strategies", by), folder, 2).failOnceAfterRows(30_000).start();
        assertArrived();
    }

    /** Ranges of another snapshot have other bounds: no row is lost or there twice. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyTableArrivesThoughTheKeeperDiesInTheMiddle(boolean ntile) throws Exception {
        tables(18);
        startLoad();
        Partitioning by = ntile ? new Partitioning.Ntile("c") : new Partitioning.Minmax("c");
        job =
                new SourceJob(config("keeper", by), folder, 2)
                        .onceAfterRows(20_000, () -> Keepers.kill(database))
                        .start();
        assertArrived();
        assertThat(job.committed().stream().filter(line -> line.ordinal() < 0)).isNotEmpty();
    }

    @Test
    void tableIsDividedInItsOwnWay() throws Exception {
        tables(18);
        SourceConfig config =
                Configs.selecting(
                        config("own", new Partitioning.Ntile("c")),
                        TABLES.keySet().stream()
                                .map(SnapshotStrategiesITCase::ownWay)
                                .toArray(TableSelector[]::new));
        startLoad();
        job = new SourceJob(config, folder, 2).failOnceAfterRows(30_000).start();
        assertArrived();
    }

    private static TableSelector ownWay(String table) {
        return Configs.named(
                "public." + table,
                switch (table) {
                    case "plain" -> new Partitioning.Ntile("note");
                    case "nulls" -> new Partitioning.Minmax("id");
                    case "skewed" -> new Partitioning.Ctid();
                    default -> null;
                });
    }

    /** The ranges are of the labels that there were: they are made anew with a new snapshot. */
    @Test
    void rangesOfWhatWasAlteredAreMadeAnew() throws Exception {
        database = TestPostgres.shared(18).createDatabase();
        database.execute(
                "CREATE TYPE mood AS ENUM ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')",
                "CREATE TABLE moods (id int PRIMARY KEY, c mood)" + SPARSE,
                "INSERT INTO moods SELECT g, chr(97 + g % 8)::mood FROM generate_series(1, "
                        + ROWS
                        + ") g");
        SourceConfig config =
                Configs.dividedBy(
                        Configs.initial(database, "moods", "public.moods"),
                        new Partitioning.Ntile("c"));
        job =
                new SourceJob(config, folder, 1)
                        .onceAfterRows(
                                500,
                                () ->
                                        database.execute(
                                                "ALTER TYPE mood ADD VALUE 'bright' BEFORE 'c'"))
                        .start();
        String rows = "SELECT id, c FROM moods";
        Await.until(
                "all rows are committed under the new snapshot",
                Duration.ofSeconds(60),
                () -> {
                    job.assertRuns();
                    return ReplayedBag.of(Replay.of(job.committed(), "public.moods"))
                            .equals(ReplayedBag.of(database, rows));
                });
        assertThat(job.committed().stream().filter(line -> line.ordinal() < 0)).hasSize(1);
    }
}
