package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PgException.Recovery;
import io.nanosync.flink.pg.client.RowFilterException;
import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.SnapshotLostException;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.client.TableRewrittenException;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keeper and snapshot sessions. */
final class SnapshotTest {

    private static final String ALL_VERSIONS = "io.nanosync.flink.pg.testing.TestPostgres#VERSIONS";

    private final TestDatabase database = TestPostgres.shared(18).createDatabase();
    private final PgClient client = Clients.superuser(database);

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    private TableFile onlyFile(Keeper keeper, String table) throws PgException {
        List<TableFile> files = keeper.files(oid(database, table));
        assertThat(files).hasSize(1);
        return files.get(0);
    }

    private static int oid(TestDatabase database, String table) {
        return (int) database.queryLong("SELECT '" + table + "'::regclass::oid::bigint");
    }

    private static String copied(SnapshotSession session, String query) throws PgException {
        session.startCopy(query, null);
        StringBuilder text = new StringBuilder();
        ByteBuffer message = session.nextCopyData();
        while (message != null) {
            text.append(StandardCharsets.ISO_8859_1.decode(message));
            message = session.nextCopyData();
        }
        return text.toString();
    }

    /** The rows of {@code t(v text)} under the snapshot. */
    private static String rows(SnapshotSession session) throws PgException {
        return copied(session, "SELECT string_agg(v, ',' ORDER BY v) FROM ONLY public.t")
                .replaceAll("[^a-z,]", "")
                .replaceAll("^copy", "");
    }

    private void table(String... values) {
        database.execute("CREATE TABLE t (v text)");
        for (String value : values) {
            database.execute("INSERT INTO t VALUES ('" + value + "')");
        }
    }

    /**
     * No new snapshot mends that, unlike a range, or a name in a filter, that was altered since.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true                                 | 10 / (v - 1) > 0 | 22012 | false",
                "true                                 | t::int > 0       | 22P02 | false",
                "                                     | t::int > 0       | 22P02 | false",
                "v > (SELECT 1 / (max(1) - 1))        | v > 0            | 22012 | true",
                "v > 0 AND 1 = (SELECT 1 / (min(1) - 1)) | 1 / v > 0     | 22012 | true",
                "t > 'a'::gone                        | v > 0            | 42704 | true",
                "                                     | gone > 0         | 42703 | true",
            })
    void rowFilterThatFailsIsToldFromWhatWasAltered(
            @Nullable String range, String filter, String state, boolean altered) throws Exception {
        database.execute(
                "CREATE TABLE t (v int, t text)", "INSERT INTO t VALUES (1, 'secret value')");
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession reader = client.openSnapshot()) {
            database.execute("DELETE FROM t");
            TableFile file = onlyFile(keeper, "t");
            if (range == null) {
                reader.begin(keeper.identity());
            } else {
                reader.beginByValue(keeper.identity(), file, range, null);
            }
            reader.lock(file);
            PgException failure =
                    catchThrowableOfType(
                            PgException.class,
                            () -> {
                                reader.startCopy(
                                        "SELECT v FROM ONLY public.t WHERE "
                                                + (range == null ? "" : range + " AND ")
                                                + "CASE WHEN "
                                                + filter
                                                + " THEN true END",
                                        filter);
                                reader.nextCopyData();
                            });
            assertThat(failure)
                    .isExactlyInstanceOf(
                            altered ? TableRewrittenException.class : RowFilterException.class)
                    .hasMessageContaining(state)
                    .hasNoCause();
            assertThat(failure.getMessage()).doesNotContain("secret");
        }
    }

    /** What a leaf is published by may be gone: then its rows can't be told from the others. */
    @Test
    void filterThatCannotBeReadAnyMoreIsNotTakenForNone() throws Exception {
        database.execute(
                "CREATE TABLE root (v text) PARTITION BY LIST (v)",
                "CREATE TABLE t PARTITION OF root DEFAULT",
                "CREATE PUBLICATION filtering FOR TABLE root WHERE (v > 'b') WITH"
                        + " (publish_via_partition_root = true)");
        int root = oid(database, "root");
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession reader = client.openSnapshot()) {
            reader.begin(keeper.identity());
            assertThat(reader.rowFilter("filtering", root)).isEqualTo("(v > 'b'::text)");
            assertThat(reader.rowFilter("filtering", oid(database, "t"))).isNull();
            reader.commit();
            database.execute("ALTER TABLE root DETACH PARTITION t", "DROP TABLE root");
            reader.begin(keeper.identity());
            assertThatThrownBy(() -> reader.rowFilter("filtering", root))
                    .isInstanceOf(TableRewrittenException.class)
                    .hasMessageContaining("filtering");
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void importsShowTheSnapshotsRowsWhateverIsCommittedSince(int major) throws Exception {
        try (TestDatabase ofVersion = TestPostgres.shared(major).createDatabase();
                Connection open = ofVersion.connect();
                Statement statement = open.createStatement()) {
            ofVersion.execute("CREATE TABLE t (v text)", "INSERT INTO t VALUES ('seen')");
            open.setAutoCommit(false);
            statement.execute("INSERT INTO t VALUES ('open')");
            PgClient versions = Clients.superuser(ofVersion);
            Keeper first = versions.takeSnapshot();
            try (Keeper second = versions.importSnapshot(first.identity().id());
                    SnapshotSession reader = versions.openSnapshot()) {
                open.commit();
                ofVersion.execute(
                        "INSERT INTO t VALUES ('late')", "DELETE FROM t WHERE v = 'seen'");
                first.close();
                assertThat(second.identity().contents()).isEqualTo(first.identity().contents());
                for (int round = 0; round < 2; round++) {
                    reader.begin(second.identity());
                    reader.lock(second.files(oid(ofVersion, "t")).get(0));
                    assertThat(rows(reader)).isEqualTo("seen");
                    reader.commit();
                }
            }
        }
    }

    /** A reader that is back-pressured for long is no reason to give up its session. */
    @Test
    void patienceEndsWithASilentServerAndNotWhileNobodyReads() throws Exception {
        database.execute(
                "CREATE TABLE t AS SELECT repeat('x', 1000) v FROM generate_series(1, 20000)");
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession reader = client.openSnapshot()) {
            reader.patience(Duration.ofSeconds(1));
            reader.begin(keeper.identity());
            reader.lock(onlyFile(keeper, "t"));
            reader.startCopy("SELECT v FROM ONLY public.t", null);
            reader.nextCopyData();
            long start = System.nanoTime();
            Await.until(
                    "three times its patience have passed",
                    () -> System.nanoTime() - start > Duration.ofSeconds(3).toNanos());
            int messages = 1;
            while (reader.nextCopyData() != null) {
                messages++;
            }
            assertThat(messages).isEqualTo(20_001);

            PgException silent =
                    catchThrowableOfType(
                            PgException.class, () -> copied(reader, "SELECT pg_sleep(30)"));
            assertThat(silent)
                    .hasMessageContaining("Cannot read rows of public.t on 127.0.0.1:")
                    .hasMessageContaining("Read timed out");
            assertThat(silent.recovery()).isEqualTo(Recovery.RETRY);
            assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(20).toNanos());
        }
    }

    @Test
    void importFailsAsLostOnceTheKeeperIsGone() throws Exception {
        Keeper keeper = client.takeSnapshot();
        try (SnapshotSession reader = client.openSnapshot()) {
            assertThat(keeper.isAlive()).isTrue();
            database.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                            + " current_database() AND state = 'idle in transaction'");
            Await.until("the keeper is gone", () -> !keeper.isAlive());
            SnapshotLostException lost =
                    catchThrowableOfType(
                            SnapshotLostException.class, () -> reader.begin(keeper.identity()));
            assertThat(lost)
                    .hasMessageContaining(
                            "Cannot import snapshot " + keeper.identity().id() + " on 127.0.0.1:")
                    .hasMessageContaining(
                            "The session that held it has ended or the server was restarted");
            assertThat(lost.recovery()).isEqualTo(Recovery.RETRY);
            // The session is of use still.
            try (Keeper next = client.takeSnapshot()) {
                reader.begin(next.identity());
                reader.commit();
            }
        } finally {
            keeper.close();
        }
    }

    @Test
    void anImporterThatHasBegunOutlivesTheKeeper() throws Exception {
        table("seen");
        Keeper keeper = client.takeSnapshot();
        try (SnapshotSession reader = client.openSnapshot()) {
            reader.begin(keeper.identity());
            keeper.close();
            database.execute("INSERT INTO t VALUES ('late')");
            assertThat(rows(reader)).isEqualTo("seen");
            reader.commit();
        }
    }

    @Test
    void refusesASnapshotOfTheSameIdWithOtherContents() throws Exception {
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession reader = client.openSnapshot()) {
            SnapshotIdentity real = keeper.identity();
            for (SnapshotIdentity other :
                    List.of(
                            new SnapshotIdentity(
                                    real.id(),
                                    "1:1:",
                                    real.postmasterStart(),
                                    real.systemIdentifier()),
                            new SnapshotIdentity(
                                    real.id(), real.contents(), "1999", real.systemIdentifier()),
                            new SnapshotIdentity(
                                    real.id(), real.contents(), real.postmasterStart(), 1))) {
                assertThatThrownBy(() -> reader.begin(other))
                        .isInstanceOf(SnapshotLostException.class)
                        .hasMessageContaining("The server was restarted");
            }
            reader.begin(real);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no such", "00000003-0000001B-1", "'; DROP TABLE t; --", "../x"})
    void takesAnyUnknownIdForALostSnapshot(String id) throws Exception {
        assertThatThrownBy(() -> client.importSnapshot(id))
                .isInstanceOf(SnapshotLostException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VACUUM FULL t",
                "TRUNCATE t",
                "CLUSTER t USING by_v",
                "ALTER TABLE t ALTER v TYPE varchar(9)",
                "DROP TABLE t",
                "ALTER TABLE t RENAME TO u",
                "ALTER TABLE t SET SCHEMA elsewhere",
                "ALTER TABLE t DROP COLUMN v, ADD COLUMN v text",
                "ALTER TABLE t RENAME v TO w",
            })
    void noticesThatTheFileChangedSinceTheSnapshot(String change) throws Exception {
        table("seen");
        database.execute("CREATE INDEX by_v ON t (v)", "CREATE SCHEMA elsewhere");
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession reader = client.openSnapshot()) {
            TableFile file = onlyFile(keeper, "t");
            database.execute(change);
            reader.begin(keeper.identity());
            assertThatThrownBy(() -> reader.lock(file))
                    .isInstanceOf(TableRewrittenException.class)
                    .hasMessageStartingWith("Cannot read public.t on ")
                    .hasMessageEndingWith("Its rows must be read again under a new snapshot");
        }
    }

    /** It changes no file, and the rows of the snapshot would come with nulls. */
    @ParameterizedTest
    @FieldSource("io.nanosync.flink.pg.testing.TestPostgres#VERSIONS")
    void noticesThatAColumnWasDroppedAndAddedAgain(int major) throws Exception {
        try (TestDatabase ofVersion = TestPostgres.shared(major).createDatabase()) {
            PgClient reading = Clients.superuser(ofVersion);
            ofVersion.execute(
                    "CREATE TABLE t (gone int, \"Odd c\" int, v int)",
                    "ALTER TABLE t DROP COLUMN gone",
                    "INSERT INTO t VALUES (1, 2)");
            try (Keeper keeper = reading.takeSnapshot();
                    SnapshotSession reader = reading.openSnapshot()) {
                TableFile file = keeper.files(oid(ofVersion, "t")).get(0);
                ofVersion.execute("ALTER TABLE t ADD COLUMN new int");
                reader.begin(keeper.identity());
                reader.lock(file);
                reader.commit();
                ofVersion.execute("ALTER TABLE t DROP COLUMN \"Odd c\", ADD COLUMN \"Odd c\" int");
                reader.begin(keeper.identity());
                assertThatThrownBy(() -> reader.lock(file))
                        .isInstanceOf(TableRewrittenException.class)
                        .hasMessageContaining("its column \"Odd c\" was dropped or renamed since");
            }
        }
    }

    @Test
    void noticesThatAnotherTableHasTheName() throws Exception {
        table("seen");
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession reader = client.openSnapshot()) {
            TableFile file = onlyFile(keeper, "t");
            database.execute("ALTER TABLE t RENAME TO old", "CREATE TABLE t (v text)");
            reader.begin(keeper.identity());
            assertThatThrownBy(() -> reader.lock(file))
                    .isInstanceOf(TableRewrittenException.class)
                    .hasMessageContaining("another table has its name now");
        }
    }

    @Test
    void theLockKeepsOthersFromRewritingUntilTheCommit() throws Exception {
        table("seen");
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession reader = client.openSnapshot()) {
            reader.begin(keeper.identity());
            reader.lock(onlyFile(keeper, "t"));
            assertThatThrownBy(() -> database.execute("SET lock_timeout = 1; TRUNCATE t"))
                    .hasStackTraceContaining("lock timeout");
            reader.commit();
            database.execute("SET lock_timeout = '10s'; TRUNCATE t");
        }
    }

    @ParameterizedTest
    @FieldSource(ALL_VERSIONS)
    void listsLeavesAsOfTheSnapshot(int major) throws Exception {
        try (TestDatabase ofVersion = TestPostgres.shared(major).createDatabase()) {
            ofVersion.execute(
                    "CREATE TABLE parted (id int) PARTITION BY RANGE (id)",
                    "CREATE TABLE low PARTITION OF parted FOR VALUES FROM (0) TO (100)",
                    "CREATE TABLE mid PARTITION OF parted FOR VALUES FROM (100) TO (200) PARTITION"
                            + " BY RANGE (id)",
                    "CREATE TABLE deep PARTITION OF mid FOR VALUES FROM (100) TO (200)",
                    "CREATE TABLE late (id int)",
                    "CREATE TABLE bare (id int) PARTITION BY RANGE (id)",
                    "INSERT INTO parted SELECT n FROM generate_series(0, 199) n",
                    "INSERT INTO low SELECT 1 FROM generate_series(1, 1000) n",
                    "ANALYZE low");
            try (Keeper keeper = Clients.superuser(ofVersion).takeSnapshot()) {
                ofVersion.execute(
                        "ALTER TABLE parted DETACH PARTITION low",
                        "ALTER TABLE parted ATTACH PARTITION late FOR VALUES FROM (200) TO (300)",
                        "INSERT INTO deep SELECT 100 FROM generate_series(1, 1000) n");
                List<TableFile> files = keeper.files(oid(ofVersion, "parted"));
                assertThat(files)
                        .extracting(file -> file.name().name())
                        .containsExactly("low", "deep");
                assertThat(files).extracting(TableFile::blocks).containsExactly(5L, 5L);
                assertThat(files.get(0).estimatedRows()).isEqualTo(1100);
                assertThat(files.get(1).estimatedRows()).isNegative();
                for (TableFile file : files) {
                    assertThat(file.fileNode())
                            .isEqualTo(
                                    (int)
                                            ofVersion.queryLong(
                                                    "SELECT pg_relation_filenode('"
                                                            + file.name().name()
                                                            + "')::bigint"));
                }
                assertThat(keeper.files(oid(ofVersion, "bare"))).isEmpty();
            }
        }
    }

    /** A detaching that was interrupted: SELECT leaves its rows out, and no change of it comes. */
    @ParameterizedTest
    @ValueSource(ints = {14, 18})
    void leavesOutALeafWhoseDetachingIsPending(int major) throws Exception {
        try (TestDatabase ofVersion = TestPostgres.shared(major).createDatabase()) {
            ofVersion.execute(
                    "CREATE TABLE parted (id int) PARTITION BY RANGE (id)",
                    "CREATE TABLE low PARTITION OF parted FOR VALUES FROM (0) TO (100)",
                    "CREATE TABLE high PARTITION OF parted FOR VALUES FROM (100) TO (200)");
            try (Connection reads = ofVersion.connect();
                    Connection detaches = ofVersion.connect();
                    Statement detaching = detaches.createStatement()) {
                reads.setAutoCommit(false);
                reads.createStatement().execute("SELECT FROM parted");
                detaching.execute("SET statement_timeout = '500ms'");
                assertThatThrownBy(
                                () ->
                                        detaching.execute(
                                                "ALTER TABLE parted DETACH PARTITION low"
                                                        + " CONCURRENTLY"))
                        .hasMessageContaining("statement timeout");
            }
            try (Keeper keeper = Clients.superuser(ofVersion).takeSnapshot()) {
                assertThat(keeper.files(oid(ofVersion, "parted")))
                        .extracting(file -> file.name().name())
                        .containsExactly("high");
            }
        }
    }

    @Test
    void anErrorInListingFilesDoesNotEndTheSnapshot() throws Exception {
        table("seen");
        database.execute(
                "CREATE FOREIGN DATA WRAPPER nowhere",
                "CREATE SERVER far FOREIGN DATA WRAPPER nowhere",
                "CREATE TABLE parted (id int) PARTITION BY RANGE (id)",
                "CREATE FOREIGN TABLE abroad PARTITION OF parted FOR VALUES FROM (1) TO (9) SERVER"
                        + " far");
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession reader = client.openSnapshot()) {
            assertThatThrownBy(() -> keeper.files(oid(database, "parted")))
                    .isInstanceOf(PgException.class)
                    .hasMessageContaining("Cannot capture public.abroad on ")
                    .hasMessageContaining("it is a foreign table");
            assertThatThrownBy(() -> keeper.files(1))
                    .hasMessageContaining("it was not there when the snapshot was taken");
            database.execute("DROP TABLE t");
            database.execute("CREATE TABLE t (v text)");
            assertThatThrownBy(() -> keeper.files(oid(database, "t")))
                    .hasMessageContaining("it was not there when the snapshot was taken");
            assertThat(keeper.isAlive()).isTrue();
            reader.begin(keeper.identity());
        }
    }

    @Test
    void aFailedQueryInListingFilesDoesNotEndTheSnapshot() throws Exception {
        table("seen");
        int table = oid(database, "t");
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession reader = client.openSnapshot();
                Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
            Thread canceller =
                    new Thread(
                            () ->
                                    Await.until(
                                            "the keeper waits for the lock and is cancelled",
                                            () ->
                                                    database.queryLong(
                                                                    "SELECT"
                                                                        + " count(pg_cancel_backend(pid))"
                                                                        + " FROM pg_locks WHERE NOT"
                                                                        + " granted AND relation = "
                                                                            + table)
                                                            == 1));
            canceller.start();
            PgException failure =
                    catchThrowableOfType(PgException.class, () -> keeper.files(table));
            canceller.join();
            assertThat(failure.sqlState()).isEqualTo("57014");
            assertThat(failure.recovery()).isEqualTo(Recovery.RETRY);
            owner.rollback();
            assertThat(keeper.files(table)).hasSize(1);
            reader.begin(keeper.identity());
            reader.commit();
        }
    }

    @Test
    void copyThatWaitsForTheServerIsFreedByAbort() throws Exception {
        aborted("SELECT pg_sleep(600)::text");
    }

    @Test
    void copyInMidRowsIsFreedByAbort() throws Exception {
        aborted(
                "SELECT repeat('x', 20000), CASE WHEN n > 3 THEN pg_sleep(600)::text END FROM"
                        + " generate_series(1, 9) n");
    }

    private void aborted(String query) throws Exception {
        AtomicReference<@Nullable PgException> failure = new AtomicReference<>();
        AtomicReference<@Nullable Long> freedNanos = new AtomicReference<>();
        try (Keeper keeper = client.takeSnapshot()) {
            SnapshotSession reader = client.openSnapshot();
            reader.begin(keeper.identity());
            Thread thread =
                    new Thread(
                            () -> {
                                failure.set(
                                        catchThrowableOfType(
                                                PgException.class, () -> copied(reader, query)));
                                freedNanos.set(System.nanoTime());
                            });
            thread.start();
            Await.until(
                    "the server sleeps",
                    () ->
                            database.queryLong(
                                            "SELECT count(*) FROM pg_stat_activity WHERE datname ="
                                                + " current_database() AND wait_event = 'PgSleep'")
                                    == 1);
            long start = System.nanoTime();
            reader.abort();
            thread.join(10_000);
            assertThat(failure.get())
                    .hasMessageStartingWith("Cannot read rows on ")
                    .hasMessageEndingWith(": the connection was aborted here");
            assertThat(freedNanos.get()).isNotNull().isBetween(start, start + 2_000_000_000L);
            reader.close();
        }
    }

    @Test
    void anErrorInACopyNamesTheTableAndNeitherQueryNorValue() throws Exception {
        table("seen");
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession reader = client.openSnapshot()) {
            reader.begin(keeper.identity());
            reader.lock(onlyFile(keeper, "t"));
            PgException failure =
                    catchThrowableOfType(
                            PgException.class,
                            () -> copied(reader, "SELECT 'hidden', nix FROM public.t"));
            assertThat(failure)
                    .hasMessageStartingWith("Cannot read rows of public.t on ")
                    .hasMessageContaining("column \"nix\" does not exist (SQLSTATE 42703)");
            assertThat(failure.getMessage()).doesNotContain("hidden");
            assertThat(failure.recovery()).isEqualTo(Recovery.FAIL);
            // And the next split begins anew.
            reader.begin(keeper.identity());
            assertThat(rows(reader)).isEqualTo("seen");
            reader.commit();
        }
    }

    private static final String BRIN =
            "CREATE INDEX i ON t USING brin (c) WITH (pages_per_range = 1)";

    /**
     * The catalog and its indexes are of now, the rows of the snapshot: a BRIN index that is
     * summarized behind an update which stayed in its page, as it may from 16 on, knows nothing of
     * the old row; nor does a constraint.
     */
    @ParameterizedTest
    @CsvSource({
        "14, true",
        "15, true",
        "16, true",
        "16, false",
        "17, false",
        "18, true",
        "18, false"
    })
    void rangeOfValuesFindsRowsOfTheSnapshotThatAnIndexOrAConstraintOfNowDenies(
            int major, boolean indexIsOlder) throws Exception {
        try (TestDatabase ofVersion = TestPostgres.shared(major).createDatabase()) {
            ofVersion.execute(
                    "ALTER DATABASE " + ofVersion.name() + " SET constraint_exclusion = on",
                    "CREATE TABLE t (id int, v text, c int) WITH (fillfactor = 10)",
                    "INSERT INTO t SELECT g, repeat('x', 100), g FROM generate_series(1, 3000) g",
                    indexIsOlder ? BRIN : "SELECT 1",
                    "ANALYZE t");
            PgClient versions = Clients.superuser(ofVersion);
            try (Keeper keeper = versions.takeSnapshot();
                    SnapshotSession reader = versions.openSnapshot()) {
                ofVersion.execute(
                        indexIsOlder ? "SELECT 1" : BRIN,
                        "UPDATE t SET c = c + 100000",
                        "SELECT brin_desummarize_range('i', block) FROM generate_series(0,"
                                + " pg_relation_size('t') / 8192 - 1) block",
                        "SELECT brin_summarize_new_values('i')",
                        "ALTER TABLE t ADD CHECK (c > 100000)");
                TableFile file = keeper.files(oid(ofVersion, "t")).get(0);
                reader.beginByValue(keeper.identity(), file, "true", null);
                reader.lock(file);
                assertThat(copied(reader, "SELECT count(*)::text FROM ONLY public.t WHERE c < 31"))
                        .endsWith("30\u00ff\u00ff");
                reader.commit();
            }
        }
    }

    /** PostgreSQL quotes what it can't read or calculate with. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "9 < '98765432109'::int",
                "length(v) < (v || '98765432109')::int",
                "to_date('98765432109', 'YYYY-MM-DD') IS NULL"
            })
    void anErrorOfARangeOfValuesQuotesNoBound(String range) throws Exception {
        table("1");
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession reader = client.openSnapshot()) {
            TableFile file = onlyFile(keeper, "t");
            reader.beginByValue(keeper.identity(), file, range, null);
            reader.lock(file);
            PgException failure =
                    catchThrowableOfType(
                            PgException.class,
                            () -> copied(reader, "SELECT v FROM ONLY public.t WHERE " + range));
            StringWriter told = new StringWriter();
            failure.printStackTrace(new PrintWriter(told));
            assertThat(told.toString())
                    .contains("Cannot read rows of public.t on ")
                    .contains("SQLSTATE 22")
                    .contains("partition_strategy")
                    .doesNotContain("98765432109");
        }
    }

    @Test
    void refusesToLeaveACopyInTheMiddle() throws Exception {
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession reader = client.openSnapshot()) {
            reader.begin(keeper.identity());
            reader.startCopy("SELECT n FROM generate_series(1, 100) n", null);
            assertThat(reader.nextCopyData()).isNotNull();
            assertThatThrownBy(reader::commit).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> reader.begin(keeper.identity()))
                    .isInstanceOf(IllegalStateException.class);
            reader.abort();
        }
    }

    @Test
    void rowLevelSecurityFailsRatherThanFilters() throws Exception {
        table("seen");
        PlainRole.in(database, "t");
        database.execute("ALTER TABLE t ENABLE ROW LEVEL SECURITY");
        PgClient plain = Clients.plain(database);
        try (Keeper keeper = plain.takeSnapshot();
                SnapshotSession reader = plain.openSnapshot()) {
            reader.begin(keeper.identity());
            assertThatThrownBy(() -> rows(reader))
                    .hasMessageContaining("would be affected by row-level security policy");
        } finally {
            database.execute("DROP OWNED BY " + PlainRole.NAME);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void readsATidRangeInOrderWhateverElseIsAsked(int major) throws Exception {
        try (TestDatabase ofVersion = TestPostgres.shared(major).createDatabase()) {
            ofVersion.execute(
                    "CREATE TABLE t (id int PRIMARY KEY, v text)",
                    "INSERT INTO t SELECT n, 'x' FROM generate_series(1, 10000) n",
                    "ANALYZE t");
            try (Session session =
                    new Connector(ofVersion.connectionConfig()).open(SessionKind.SNAPSHOT)) {
                for (String predicate :
                        List.of("id = 7", "id > 7", "v <> 'y'", "id IN (1, 2)", "id IS NOT NULL")) {
                    List<String> plan =
                            session.rows(
                                    "explain",
                                    "EXPLAIN SELECT * FROM ONLY public.t WHERE ctid >= '(0,0)' AND"
                                            + " ctid < '(1000,0)' AND "
                                            + predicate,
                                    row -> row.getString(1));
                    assertThat(plan.get(0)).as(predicate).startsWith("Tid Range Scan on t");
                }
            }
        }
    }

    @Test
    void lockWaitsAreBoundedAndMayBeTriedAgain() throws Exception {
        table("seen");
        try (Keeper keeper = client.takeSnapshot();
                Session session =
                        new Connector(database.connectionConfig()).open(SessionKind.SNAPSHOT);
                Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            SnapshotSession reader = new JdbcSnapshotSession(session);
            session.execute("lower the bound", "SET lock_timeout = '100ms'");
            TableFile file = onlyFile(keeper, "t");
            owner.setAutoCommit(false);
            statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
            reader.begin(keeper.identity());
            PgException failure = catchThrowableOfType(PgException.class, () -> reader.lock(file));
            assertThat(failure)
                    .hasMessageContaining("Cannot lock table public.t on ")
                    .hasMessageContaining("pg_stat_activity");
            assertThat(failure.recovery()).isEqualTo(Recovery.RETRY);
            owner.rollback();
            reader.begin(keeper.identity());
            reader.lock(file);
            reader.commit();
        }
    }

    @Test
    void aRestartLosesTheSnapshot() throws Exception {
        try (TestPostgres server = TestPostgres.start(18)) {
            PgClient restarted = Clients.superuser(server.database());
            Keeper keeper = restarted.takeSnapshot();
            server.restart();
            assertThat(keeper.isAlive()).isFalse();
            try (SnapshotSession reader = restarted.openSnapshot();
                    ControlSession control = restarted.openControl()) {
                assertThat(control.identity().postmasterStart())
                        .isNotEqualTo(keeper.identity().postmasterStart());
                assertThatThrownBy(() -> reader.begin(keeper.identity()))
                        .isInstanceOf(SnapshotLostException.class);
                assertThat(control.describe(new QualifiedName("public", "t"))).isNull();
            }
            keeper.close();
        }
    }

    @Test
    void aSessionThatWasAbortedStaysSo() throws Exception {
        SnapshotSession reader = client.openSnapshot();
        reader.abort();
        reader.abort();
        reader.close();
        assertThatThrownBy(() -> reader.startCopy("SELECT 1", null))
                .isInstanceOf(PgException.class)
                .hasMessageEndingWith("the connection was aborted here");
    }
}
