package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stream that starts from a slot that was there before: what it is read through has to be older.
 */
final class EarlierSlotITCase {

    private static final String SLOT =
            "SELECT pg_create_logical_replication_slot('nanosync_slot_deal', 'pgoutput')";

    /** Of this class alone: another one's slot or transaction would be in the way. */
    private static final Map<Integer, TestPostgres> SERVERS = new HashMap<>();

    @TempDir private Path folder;

    private static TestPostgres server(int major) {
        return SERVERS.computeIfAbsent(major, TestPostgres::start);
    }

    @AfterAll
    static void closeServers() {
        SERVERS.values().forEach(TestPostgres::close);
    }

    private static SourceConfig fromSlot(Capture capture, String... tables) {
        return Configs.of(capture.database(), "deal", new StartupMode.Slot(), tables);
    }

    private static String refused(Capture capture, Path folder, SourceConfig config)
            throws Exception {
        SourceJob job = new SourceJob(config, folder, 1).start();
        assertThat(job.failure())
                .contains("PipelineFailedException")
                .contains("Replication slot \"nanosync_slot_deal\" is not known to be newer");
        return job.failure();
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void tableThatWasAddedToThePublicationLaterIsRefused(int major) throws Exception {
        try (Capture capture =
                new Capture(
                        server(major),
                        folder,
                        "CREATE TABLE u (id int PRIMARY KEY, note text)",
                        "CREATE PUBLICATION " + Capture.PUBLICATION + " FOR TABLE t",
                        SLOT,
                        "INSERT INTO u VALUES (3, 'missing')",
                        "ALTER PUBLICATION " + Capture.PUBLICATION + " ADD TABLE u")) {
            SourceConfig config = fromSlot(capture, "public.t", "public.u");
            assertThat(refused(capture, folder, config))
                    .contains(
                            "public.u is covered as it is by publication \"nanosync_pub_deal\""
                                    + " since")
                    .doesNotContain("public.t is covered");
            // What the message advises.
            capture.execute("SELECT pg_drop_replication_slot('nanosync_slot_deal')", SLOT);
            capture.start(config);
            capture.execute("INSERT INTO u VALUES (4, 'come')").awaitRow("4|come");
        }
    }

    /** From 18 on a missing publication is no error of the walsender's. */
    @Test
    void publicationThatWasCreatedLaterIsRefused() throws Exception {
        try (Capture capture =
                new Capture(
                        server(18),
                        folder,
                        SLOT,
                        "INSERT INTO t VALUES (3, 'missing')",
                        "CREATE PUBLICATION " + Capture.PUBLICATION + " FOR TABLE t")) {
            assertThat(refused(capture, folder, fromSlot(capture, "public.t")))
                    .contains("publication \"nanosync_pub_deal\" was created or altered by");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void slotThatWasMadeBehindThePublicationIsRead(int major) throws Exception {
        try (Capture capture =
                new Capture(
                        server(major),
                        folder,
                        "CREATE PUBLICATION " + Capture.PUBLICATION + " FOR TABLE t",
                        SLOT,
                        "INSERT INTO t VALUES (3, 'come')",
                        // Somebody has looked at it, which the server counts.
                        "SELECT count(*) FROM pg_logical_slot_peek_binary_changes("
                                + "'nanosync_slot_deal', NULL, NULL, 'proto_version', '1',"
                                + " 'publication_names', '"
                                + Capture.PUBLICATION
                                + "')",
                        "VACUUM FREEZE")) {
            capture.start(fromSlot(capture, "public.t"));
            capture.awaitRow("3|come");
        }
    }

    @Test
    void positionInASlotThatWasMadeBehindThePublicationIsRead() throws Exception {
        try (Capture capture =
                new Capture(
                        server(18),
                        folder,
                        "CREATE PUBLICATION " + Capture.PUBLICATION + " FOR TABLE t",
                        SLOT)) {
            String lsn = capture.database().queryString("SELECT pg_current_wal_lsn()");
            capture.execute("INSERT INTO t VALUES (3, 'come')");
            capture.start(
                    Configs.of(
                            capture.database(),
                            "deal",
                            new StartupMode.At(Lsn.parse(lsn)),
                            "public.t"));
            capture.awaitRow("3|come");
        }
    }

    /** pgoutput decides by the catalog as it was at the command, not at the transaction. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN; CREATE TABLE u (id int); INSERT INTO u VALUES (3); ALTER PUBLICATION"
                        + " nanosync_pub_deal ADD TABLE u; COMMIT",
                "BEGIN; CREATE TABLE other.u (id int); INSERT INTO other.u VALUES (3); ALTER TABLE"
                        + " other.u SET SCHEMA shown; COMMIT",
                "BEGIN; CREATE TABLE u (id int); INSERT INTO u VALUES (3); ALTER TABLE m ATTACH"
                        + " PARTITION u FOR VALUES FROM (0) TO (9); COMMIT"
            })
    void rowsThatCameBeforeTheTableWasCoveredInOneTransactionAreRefused(String transaction)
            throws Exception {
        try (Capture capture =
                new Capture(
                        server(18),
                        folder,
                        "CREATE SCHEMA shown",
                        "CREATE SCHEMA other",
                        "CREATE TABLE m (id int) PARTITION BY RANGE (id)",
                        "CREATE PUBLICATION "
                                + Capture.PUBLICATION
                                + " FOR TABLE t, m, TABLES IN SCHEMA shown WITH (publish ="
                                + " 'insert')",
                        SLOT,
                        transaction)) {
            String table = transaction.contains("shown") ? "shown.u" : "public.u";
            assertThat(refused(capture, folder, fromSlot(capture, "public.t", table)))
                    .contains(table + " is covered as it is by publication");
        }
    }

    /** At the slot's start a row filter held, which the schema's row has made void since. */
    @Test
    void filterThatHeldWhereTheSlotBeginsIsRefused() throws Exception {
        try (Capture capture =
                new Capture(
                        server(18),
                        folder,
                        "CREATE TABLE u (id int PRIMARY KEY, note text)",
                        "CREATE PUBLICATION "
                                + Capture.PUBLICATION
                                + " FOR TABLE t, TABLE u WHERE (id > 100)",
                        SLOT,
                        "INSERT INTO u VALUES (3, 'missing')",
                        "ALTER PUBLICATION "
                                + Capture.PUBLICATION
                                + " ADD TABLES IN SCHEMA public")) {
            assertThat(refused(capture, folder, fromSlot(capture, "public.t", "public.u")))
                    .contains("public.u is covered as it is by publication")
                    .doesNotContain("public.t is covered");
        }
    }

    /** Nobody can tell; the message says so, and what it advises works once that one is gone. */
    @Test
    void slotThatWasMadeWhileAnotherWasBehindIsRefused() throws Exception {
        try (Capture capture =
                new Capture(
                        server(18),
                        folder,
                        "SELECT pg_create_logical_replication_slot('other', 'pgoutput')",
                        "CREATE PUBLICATION " + Capture.PUBLICATION + " FOR TABLE t",
                        SLOT)) {
            SourceConfig config = fromSlot(capture, "public.t");
            assertThat(refused(capture, folder, config))
                    .contains("another transaction was open, or another slot was behind");
            capture.execute(
                    "SELECT pg_drop_replication_slot('nanosync_slot_deal')",
                    "SELECT pg_drop_replication_slot('other')",
                    SLOT);
            capture.start(config);
        }
    }
}
