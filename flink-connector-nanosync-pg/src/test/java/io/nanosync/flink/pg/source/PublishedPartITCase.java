package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A publication made by hand publishes some rows or columns of a table: so does the snapshot. */
final class PublishedPartITCase {

    /** What is published of each table, as PostgreSQL selects it. */
    private static final Map<String, String> PUBLISHED =
            Map.of(
                    "filtered", "SELECT * FROM filtered WHERE amount > 50 AND kind = 'a'",
                    "narrow", "SELECT id, amount FROM narrow",
                    "parted", "SELECT id, kind, amount FROM parted WHERE amount > 50",
                    "whole", "SELECT * FROM other.whole");

    @TempDir private Path folder;
    private TestDatabase database;
    private SourceJob job;
    private BackgroundLoad load;

    private void useServer(int major) {
        database = TestPostgres.shared(major).createDatabase();
        database.execute("CREATE SCHEMA other");
        for (String table : List.of("filtered", "narrow", "other.whole")) {
            database.execute(
                    "CREATE TABLE " + table + " (id bigint PRIMARY KEY, kind text, amount int)");
        }
        database.execute(
                "CREATE TABLE parted (id bigint, kind text, amount int) PARTITION BY RANGE (id)",
                "CREATE TABLE first (amount int, kind text, id bigint)",
                "ALTER TABLE parted ATTACH PARTITION first FOR VALUES FROM (MINVALUE) TO (1000)",
                "CREATE TABLE second PARTITION OF parted FOR VALUES FROM (1000) TO (MAXVALUE)");
        for (String table : List.of("filtered", "parted", "first", "second", "other.whole")) {
            database.execute("ALTER TABLE " + table + " REPLICA IDENTITY FULL");
        }
        for (String table : List.of("filtered", "narrow", "parted", "other.whole")) {
            database.execute(
                    "INSERT INTO "
                            + table
                            + " SELECT g, CASE WHEN g % 3 = 0 THEN 'b' ELSE 'a' END, g % 100 FROM"
                            + " generate_series(1, 5000) g");
        }
        // A row filter is void for a table whose schema is published as well.
        database.execute(
                "CREATE PUBLICATION nanosync_pub_part FOR TABLE filtered WHERE (amount > 50 AND"
                        + " kind = 'a'), parted WHERE (amount > 50), other.whole WHERE (amount >"
                        + " 50), TABLES IN SCHEMA other WITH (publish_via_partition_root = true)");
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

    /** Rows come into what is published and leave it. */
    private void startLoad(List<String> tables) {
        load =
                BackgroundLoad.start(
                        database,
                        (connection, statement, i) -> {
                            for (String table : tables) {
                                BackgroundLoad.change(
                                        statement,
                                        table,
                                        ", 'a', " + i % 100,
                                        "(amount + 37) % 100",
                                        i);
                            }
                            BackgroundLoad.end(connection, i);
                        });
    }

    @ParameterizedTest
    @CsvSource({"15, ctid", "18, ctid", "18, ntile"})
    void arrivesAlone(int major, String strategy) throws Exception {
        useServer(major);
        List<String> tables = List.of("filtered", "parted", "other.whole");
        startLoad(tables);
        job =
                new SourceJob(
                                Configs.dividedBy(
                                        Configs.initial(
                                                database,
                                                "part",
                                                "public.filtered",
                                                "public.parted",
                                                "other.whole"),
                                        strategy.equals("ntile")
                                                ? new Partitioning.Ntile("amount")
                                                : new Partitioning.Ctid()),
                                folder,
                                2)
                        .failOnceAfterRows(6000)
                        .start();
        assertArrived(tables);
    }

    /** A list of columns needs another identity than FULL: its changes have no whole old rows. */
    @ParameterizedTest
    @CsvSource({"15", "18"})
    void columnsArriveAlone(int major) throws Exception {
        useServer(major);
        database.execute("CREATE PUBLICATION nanosync_pub_narrow FOR TABLE narrow (id, amount)");
        job =
                new SourceJob(Configs.initial(database, "narrow", "public.narrow"), folder, 1)
                        .start();
        job.awaitCommitted(5000);
        database.execute("UPDATE narrow SET amount = -1 WHERE id = 1");
        database.execute("INSERT INTO narrow VALUES (-1, 'kind', 0)");
        job.awaitRow("-1|");
        job.cancel();
        List<Line> lines = Replay.of(job.committed(), "public.narrow");
        Replay.assertNothingTwice(lines);
        assertThat(lines.stream().filter(line -> line.op() == 'r').map(Line::after).sorted())
                .hasSize(5000)
                .contains("1|1", "4999|99");
        assertThat(lines.stream().filter(line -> line.op() != 'r').map(Line::after))
                .containsExactly("1|-1", "-1|0");
    }

    /**
     * By no index, whose order is another one and which may miss rows of the snapshot, and with
     * each part of it only where those before hold: the server does so for changes.
     */
    @ParameterizedTest
    @CsvSource({"15", "18"})
    void filterIsAppliedAsItStands(int major) throws Exception {
        useServer(major);
        String rows = "n < -900 AND abs(amount) + 0 <> 0 AND 6 / amount > 2";
        database.execute(
                "CREATE TABLE guarded (id bigint PRIMARY KEY, n int, amount int)",
                "ALTER TABLE guarded REPLICA IDENTITY FULL",
                "INSERT INTO guarded SELECT g, -g, g % 3 FROM generate_series(1, 1000) g",
                "CREATE INDEX ON guarded (n)",
                "ANALYZE guarded",
                "CREATE PUBLICATION nanosync_pub_guarded FOR TABLE guarded WHERE (" + rows + ")");
        job =
                new SourceJob(Configs.initial(database, "guarded", "public.guarded"), folder, 1)
                        .start();
        job.awaitCommitted(1);
        database.execute("INSERT INTO guarded VALUES (-1, -9999, 2)");
        job.awaitRow("-1|");
        job.cancel();
        Replay.assertExactlyOnce(
                job.committed(),
                "public.guarded",
                database,
                "SELECT * FROM guarded WHERE CASE WHEN amount <> 0 THEN " + rows + " END");
    }

    /** Nothing that is done to the row helps: the change of it is written as it is. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void filterWithoutAResultForARowIsSaidWithoutTheRow(boolean inSnapshot) throws Exception {
        useServer(18);
        database.execute(
                "CREATE TABLE dates (id bigint PRIMARY KEY, y int)",
                "ALTER TABLE dates REPLICA IDENTITY FULL",
                "INSERT INTO dates VALUES (1, 2020)",
                "CREATE PUBLICATION nanosync_pub_dates FOR TABLE dates WHERE (make_date(y, 2, 1) >"
                        + " '2000-01-01')");
        String failing = "INSERT INTO dates VALUES (2, -9876543)";
        if (inSnapshot) {
            database.execute(failing);
        }
        SourceConfig config = Configs.initial(database, "dates", "public.dates");
        job = new SourceJob(config, folder, 1).start();
        if (!inSnapshot) {
            job.awaitRow("1|");
            database.execute(failing);
        }
        assertThat(job.failure())
                .contains("SQLSTATE 22008", "filter", FreshSnapshot.dropSlot(config.slot()))
                .doesNotContain("9876543");
    }

    private void assertArrived(List<String> tables) throws Exception {
        job.awaitStreaming();
        load.stop();
        load = null;
        database.execute("INSERT INTO filtered VALUES (-1, 'a', 99)");
        job.awaitRow("-1|");
        job.cancel();
        for (String table : tables) {
            Replay.assertExactlyOnce(
                    job.committed(),
                    table.contains(".") ? table : "public." + table,
                    database,
                    PUBLISHED.get(table.replace("other.", "")));
        }
    }
}
