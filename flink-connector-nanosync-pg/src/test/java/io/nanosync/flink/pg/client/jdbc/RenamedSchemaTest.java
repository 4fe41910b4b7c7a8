package io.nanosync.flink.pg.client.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.client.TableRewrittenException;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A table is read by its name, and no lock on it keeps its schema from getting another one: what is
 * read is that table, or nothing.
 */
final class RenamedSchemaTest {

    private static final String BY_BLOCKS =
            "SELECT ctid, id FROM ONLY \"A's\".t WHERE ctid >= '(0,0)'";
    private static final String BY_VALUE = "SELECT ctid, id FROM ONLY \"A's\".t WHERE id > 0";

    private TestDatabase database;
    private PgClient client;

    private void onVersion(int major) {
        database = TestPostgres.shared(major).createDatabase();
        client = Clients.superuser(database);
        database.execute(
                "CREATE SCHEMA \"A's\"",
                "CREATE SCHEMA b",
                "CREATE SCHEMA nothing",
                "CREATE SCHEMA empty",
                "CREATE TABLE \"A's\".t (id int)",
                "CREATE TABLE b.t (id int)",
                "CREATE TABLE empty.t (id int)",
                "INSERT INTO \"A's\".t SELECT nullif(g, 1) FROM generate_series(1, 3) g",
                "INSERT INTO b.t SELECT generate_series(11, 13)");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    private TableFile file(Keeper keeper) throws PgException {
        return keeper.files((int) database.queryLong("SELECT '\"A''s\".t'::regclass::oid::bigint"))
                .get(0);
    }

    /** Gives the schema's name to another one. */
    private void giveTo(String schema) {
        database.execute(
                "BEGIN; ALTER SCHEMA \"A's\" RENAME TO gone; ALTER SCHEMA "
                        + schema
                        + " RENAME TO \"A's\"; COMMIT");
    }

    /** How many rows were copied. */
    private static int copied(SnapshotSession session, String query) throws PgException {
        session.startCopy(query, null);
        List<Integer> messages = new ArrayList<>();
        while (session.nextCopyData() != null) {
            messages.add(messages.size());
        }
        // The last one is the trailer.
        return messages.size() - 1;
    }

    @ParameterizedTest
    @CsvSource({"13, b", "13, empty", "13, nothing", "18, b", "18, empty", "18, nothing"})
    void noOtherTableIsReadBehindTheLock(int major, String schema) throws Exception {
        onVersion(major);
        for (String query : List.of(BY_BLOCKS, BY_VALUE)) {
            try (Keeper keeper = client.takeSnapshot();
                    SnapshotSession reader = client.openSnapshot()) {
                TableFile file = file(keeper);
                if (query.equals(BY_BLOCKS)) {
                    reader.begin(keeper.identity());
                } else {
                    reader.beginByValue(keeper.identity(), file, "id > 0", null);
                }
                reader.lock(file);
                assertThat(copied(reader, query)).isEqualTo(query.equals(BY_BLOCKS) ? 3 : 2);
                giveTo(schema);
                assertThatThrownBy(() -> copied(reader, query))
                        .isInstanceOf(TableRewrittenException.class)
                        .hasMessageContaining("A's")
                        .hasMessageContaining("read again under a new snapshot");
            }
            database.execute(
                    "ALTER SCHEMA \"A's\" RENAME TO " + schema,
                    "ALTER SCHEMA gone RENAME TO \"A's\"");
        }
    }

    /** The planner leaves the proof out: rows come as they did, in the same order. */
    @ParameterizedTest
    @ValueSource(ints = {13, 14, 18})
    void provingTheNameChangesNoPlan(int major) throws Exception {
        onVersion(major);
        database.execute("CREATE INDEX ON \"A's\".t (id)");
        try (Session session =
                        new Connector(database.connectionConfig()).open(SessionKind.SNAPSHOT);
                Keeper keeper = client.takeSnapshot()) {
            String proof = NamedTable.proof(session, file(keeper));
            for (String settings : List.of("", "SET enable_bitmapscan = on")) {
                session.execute("set how rows are read", "SELECT 1; " + settings);
                for (String query : List.of(BY_BLOCKS, BY_VALUE)) {
                    assertThat(plan(session, "SELECT * FROM (" + query + ") q WHERE " + proof))
                            .isEqualTo(plan(session, query));
                }
            }
        }
    }

    private static List<String> plan(Session session, String query) throws PgException {
        return session.rows(
                "explain a query", "EXPLAIN (COSTS OFF) " + query, row -> row.getString(1));
    }

    @ParameterizedTest
    @CsvSource({"13, b", "13, nothing", "18, b", "18, nothing"})
    void noOtherTableIsLocked(int major, String schema) throws Exception {
        onVersion(major);
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession reader = client.openSnapshot()) {
            TableFile file = file(keeper);
            giveTo(schema);
            reader.begin(keeper.identity());
            assertThatThrownBy(() -> reader.lock(file)).isInstanceOf(TableRewrittenException.class);
        }
        database.execute("ALTER SCHEMA \"A's\" RENAME TO again");
        try (Keeper keeper = client.takeSnapshot();
                SnapshotSession reader = client.openSnapshot()) {
            TableFile file =
                    keeper.files((int) database.queryLong("SELECT 'gone.t'::regclass::oid::bigint"))
                            .get(0);
            database.execute("ALTER SCHEMA gone RENAME TO nowhere");
            reader.begin(keeper.identity());
            assertThatThrownBy(() -> reader.lock(file)).isInstanceOf(TableRewrittenException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "empty", "nothing"})
    void noOtherTableIsDivided(String schema) throws Exception {
        onVersion(18);
        for (Partitioning.ByColumn by :
                List.of(new Partitioning.Ntile("id"), new Partitioning.Minmax("id"))) {
            try (Keeper keeper = client.takeSnapshot();
                    SnapshotSession reader = client.openSnapshot()) {
                TableFile file = file(keeper);
                reader.begin(keeper.identity());
                reader.lock(file);
                assertThat(reader.ranges(file, by, 2)).hasSize(3);
                giveTo(schema);
                assertThatThrownBy(() -> reader.ranges(file, by, 2))
                        .isInstanceOf(TableRewrittenException.class);
            }
            database.execute(
                    "ALTER SCHEMA \"A's\" RENAME TO " + schema,
                    "ALTER SCHEMA gone RENAME TO \"A's\"");
        }
    }
}
