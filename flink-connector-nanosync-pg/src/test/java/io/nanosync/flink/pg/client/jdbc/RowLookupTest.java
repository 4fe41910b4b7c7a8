package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.LookupRequest;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.PgException.Recovery;
import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.RowLookup;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Timeline;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows by their keys. */
final class RowLookupTest {

    private static final String SLOT = "nanosync_slot_lookup";

    private TestDatabase database = TestPostgres.shared(18).createDatabase();
    private @Nullable ReplicationStream stream;

    @AfterEach
    void drop() {
        if (stream != null) {
            stream.abort();
            stream.close();
        }
        database.close();
    }

    private RowLookup openLookup() throws PgException {
        return openLookup(client());
    }

    /** Beside a stream, as the server that streams is the one that is read. */
    private RowLookup openLookup(PgClient client) throws PgException {
        database.execute(
                "CREATE PUBLICATION streamed",
                "SELECT pg_create_logical_replication_slot('" + SLOT + "', 'pgoutput')");
        stream = client().startReplication(null, SLOT, "streamed", new Lsn(0), true);
        return client.openLookup();
    }

    private PgClient client() {
        return Clients.superuser(database);
    }

    private TableSchema table() throws PgException {
        try (ControlSession session = client().openControl()) {
            return Objects.requireNonNull(session.describe(new QualifiedName("public", "t")))
                    .schema();
        }
    }

    /** Of the column {@code doc}. */
    private static LookupRequest request(TableSchema table, String id) {
        return request(table, id, null);
    }

    private static LookupRequest request(
            TableSchema table, String id, @Nullable Timeline timeline) {
        return new LookupRequest(
                table,
                SLOT,
                timeline,
                "none",
                table.primaryKey(),
                List.of(new LookupRequest.Selected("doc", "\"doc\"")),
                List.of(List.of(id)),
                timeline == null ? Map.of() : Map.of(3, new Lsn(5)));
    }

    /** What came, letters and digits alone. */
    private static String read(RowLookup lookup, LookupRequest request) throws PgException {
        lookup.start(request);
        StringBuilder text = new StringBuilder();
        for (ByteBuffer data = lookup.nextCopyData(); data != null; data = lookup.nextCopyData()) {
            text.append(StandardCharsets.ISO_8859_1.decode(data));
        }
        lookup.commit();
        return text.toString().replaceAll("PGCOPY|[^a-zA-Z0-9]", "");
    }

    private PgException failure(RowLookup lookup, LookupRequest request) {
        return catchThrowableOfType(PgException.class, () -> read(lookup, request));
    }

    /** By a bare name of the operator the index of a citext isn't found, nor the other spelling. */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void aKeyIsComparedAsItsIndexDoes(int major) throws Exception {
        database.close();
        database = TestPostgres.shared(major).createDatabase();
        database.execute(
                "CREATE EXTENSION citext",
                "CREATE COLLATION either (provider = icu, locale = 'und-u-ks-level2',"
                        + " deterministic = false)",
                "CREATE TABLE t (c citext, k text, doc text)",
                "CREATE UNIQUE INDEX keys ON t (c, k COLLATE either)",
                "INSERT INTO t SELECT 'Row ' || i, 'Key', 'doc' || i FROM generate_series(1, 5000)"
                        + " i",
                "ANALYZE t");
        TableSchema table = table();
        LookupRequest request =
                new LookupRequest(
                        table,
                        SLOT,
                        null,
                        "none",
                        List.of("c", "k"),
                        List.of(new LookupRequest.Selected("doc", "\"doc\"")),
                        List.of(List.of("rOW 7", "KEY"), List.of("rOW 7", "another")),
                        Map.of());
        try (RowLookup lookup = openLookup()) {
            assertThat(read(lookup, request)).isEqualTo("doc7");
        }
        Await.until(
                "the server has counted the scans",
                () ->
                        database.queryLong(
                                        "SELECT idx_scan FROM pg_stat_user_indexes WHERE"
                                                + " indexrelname = 'keys'")
                                == 2);
        assertThat(database.queryLong("SELECT seq_scan FROM pg_stat_user_tables")).isLessThan(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE t DROP COLUMN doc; ALTER TABLE t ADD COLUMN doc text"
                        + " | column \"doc\" (text) was dropped, and another one has its name",
                "ALTER TABLE t ALTER COLUMN id TYPE bigint"
                        + " | column \"id\" (integer) is of type bigint now",
                "ALTER TABLE t RENAME TO u; CREATE TABLE t (LIKE u INCLUDING ALL)"
                        + " | no table has the name public.t any more, or another one has it",
                "ALTER SCHEMA public RENAME TO former; CREATE SCHEMA public; CREATE TABLE public.t"
                        + " (LIKE former.t INCLUDING ALL) | or another one has it",
                "DROP TABLE t | no table has the name public.t any more",
                "ALTER TABLE t DROP CONSTRAINT t_pkey; CREATE INDEX ON t (id)"
                        + " | it has no primary key or unique index over (id) any more",
                "ALTER TABLE t DROP CONSTRAINT t_pkey; CREATE UNIQUE INDEX ON t (id) WHERE id > 5"
                        + " | it has no primary key or unique index over (id) any more",
            })
    void aTableThatIsAnotherNeedsAPerson(String done, String message) throws Exception {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, doc text)", "INSERT INTO t VALUES (1, 'old')");
        TableSchema table = table();
        try (RowLookup lookup = openLookup()) {
            assertThat(read(lookup, request(table, "1"))).isEqualTo("old");
            database.execute(done);
            PgException failure = failure(lookup, request(table, "1"));
            assertThat(failure).hasMessageContaining(message);
            assertThat(failure.recovery()).isEqualTo(Recovery.FAIL);
        }
    }

    @Test
    void aTransactionThatIsNotSeenIsWaitedFor() throws Exception {
        database.execute("CREATE TABLE t (id int PRIMARY KEY, doc text)");
        TableSchema table = table();
        int next = (int) database.queryLong("SELECT pg_current_xact_id()::text::bigint + 100");
        LookupRequest request =
                new LookupRequest(
                        table,
                        SLOT,
                        null,
                        "none",
                        List.of("id"),
                        List.of(new LookupRequest.Selected("doc", "\"doc\"")),
                        List.of(List.of("1")),
                        Map.of(next, new Lsn(1)));
        try (RowLookup lookup = openLookup()) {
            PgException failure = failure(lookup, request);
            assertThat(failure.recovery()).isEqualTo(Recovery.WAIT);
            assertThat(failure)
                    .hasMessageContaining("the server doesn't show yet what transaction " + next);
            // The session can be used on.
            assertThat(read(lookup, request(table, "1"))).isEmpty();
        }
    }

    /** A server that is older than the change, a copy of it for example. */
    @Test
    void aServerWithoutTheChangeIsNotRead() throws Exception {
        database.execute("CREATE TABLE t (id int PRIMARY KEY, doc text)");
        LookupRequest request =
                new LookupRequest(
                        table(),
                        SLOT,
                        null,
                        "none",
                        List.of("id"),
                        List.of(new LookupRequest.Selected("doc", "\"doc\"")),
                        List.of(List.of("1")),
                        Map.of(3, Lsn.parse("FFFFFFFF/0")));
        try (RowLookup lookup = openLookup()) {
            assertThat(failure(lookup, request).recovery()).isEqualTo(Recovery.WAIT);
        }
    }

    /** Its third operator is another one than equality. */
    @Test
    void aTemporalKeyIsNotComparedByOverlap() throws Exception {
        database.execute(
                "CREATE EXTENSION btree_gist",
                "CREATE TABLE t (id int, valid int4range, doc text,"
                        + " PRIMARY KEY (id, valid WITHOUT OVERLAPS))",
                "INSERT INTO t VALUES (1, '[1,5)', 'other')");
        LookupRequest request =
                new LookupRequest(
                        table(),
                        SLOT,
                        null,
                        "none",
                        List.of("id", "valid"),
                        List.of(new LookupRequest.Selected("doc", "\"doc\"")),
                        List.of(List.of("1", "[1,9)")),
                        Map.of());
        try (RowLookup lookup = openLookup()) {
            assertThat(failure(lookup, request))
                    .hasMessageContaining("it has no primary key or unique index over (id, valid)");
        }
    }

    /** After a promotion another server may still say that it is the primary. */
    @Test
    void aServerWithoutTheChangesIsNotRead() throws Exception {
        database.execute("CREATE TABLE t (id int PRIMARY KEY, doc text)");
        long system = identity().systemIdentifier();
        try (RowLookup lookup = openLookup()) {
            Timeline here = new Timeline(system, 1, Lsn.NONE);
            assertThat(read(lookup, request(table(), "1", here))).isEmpty();
            for (Timeline other :
                    List.of(
                            new Timeline(system, 2, new Lsn(7)),
                            new Timeline(system + 1, 1, Lsn.NONE))) {
                PgException failure = failure(lookup, request(table(), "1", other));
                assertThat(failure.recovery()).isEqualTo(Recovery.RETRY);
                assertThat(failure)
                        .hasMessageContaining("the changes came from timeline " + other)
                        .hasMessageContaining("another server is the primary");
            }
        }
    }

    /** A promotion would take back what is read there, where the primary waits for no standby. */
    @Test
    void aServerFromWhichNobodyStreamsIsNotReadWhenAPromotionMayBeFollowed() throws Exception {
        database.execute("CREATE TABLE t (id int PRIMARY KEY, doc text)");
        try (RowLookup lookup = openLookup()) {
            assertThat(read(lookup, request(table(), "1"))).isEmpty();
            Objects.requireNonNull(stream).abort();
            Await.until(
                    "nobody streams",
                    () ->
                            database.queryLong(
                                            "SELECT count(*) FROM pg_replication_slots WHERE active"
                                                    + " AND slot_name = '"
                                                    + SLOT
                                                    + "'")
                                    == 0);
            assertThat(read(lookup, request(table(), "1"))).isEmpty();
            client().turnOnFailover(identity(), SLOT);
            PgException failure = failure(lookup, request(table(), "1"));
            assertThat(failure.recovery()).isEqualTo(Recovery.RETRY);
            assertThat(failure)
                    .hasMessageContaining("nobody streams there from slot \"" + SLOT + "\"");
        }
    }

    private ServerIdentity identity() throws PgException {
        try (ControlSession control = client().openControl()) {
            return control.identity();
        }
    }

    @Test
    void aKeyThatCannotBeReadIsNotTold() throws Exception {
        database.execute("CREATE TABLE t (id int PRIMARY KEY, doc text)");
        try (RowLookup lookup = openLookup()) {
            PgException failure = failure(lookup, request(table(), "secret"));
            assertThat(failure).hasMessageContaining("SQLSTATE 22P02").hasNoCause();
            assertThat(failure.getMessage()).doesNotContain("secret");
        }
    }

    @Test
    void aPolicyFailsInsteadOfHidingRows() throws Exception {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, doc text)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY");
        PlainRole.in(database, "t");
        try (RowLookup lookup = openLookup(Clients.plain(database))) {
            assertThat(failure(lookup, request(table(), "1")))
                    .hasMessageContaining("row-level security");
        }
    }

    /** Its children's rows aren't captured with it. */
    @Test
    void rowsOfChildrenByInheritanceAreNotFound() throws Exception {
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, doc text)",
                "CREATE TABLE child () INHERITS (t)",
                "INSERT INTO child VALUES (1, 'of a child')");
        try (RowLookup lookup = openLookup()) {
            assertThat(read(lookup, request(table(), "1"))).isEmpty();
        }
    }
}
