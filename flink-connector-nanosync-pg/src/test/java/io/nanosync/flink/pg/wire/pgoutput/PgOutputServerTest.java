package io.nanosync.flink.pg.wire.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wire.pgoutput.RelationMessage.RelationColumn;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The messages that real servers of every version send. */
@Timeout(180)
class PgOutputServerTest {

    static List<Integer> versions() {
        return TestPostgres.VERSIONS;
    }

    static List<Integer> versionsWithBinary() {
        return versions().stream().filter(major -> major >= 14).toList();
    }

    private final List<Character> types = new ArrayList<>();

    @ParameterizedTest
    @MethodSource("versions")
    void readsEveryKindOfChange(int major) throws SQLException {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            prepare(database, major);
            database.execute(
                    "INSERT INTO keyed VALUES (1, repeat('x', 5000), 'ok')",
                    "UPDATE keyed SET mood = NULL",
                    "UPDATE keyed SET id = 2",
                    "DELETE FROM keyed",
                    "INSERT INTO whole VALUES (1, repeat('y', 5000))",
                    "UPDATE whole SET id = 2",
                    "DELETE FROM whole",
                    "TRUNCATE keyed, whole CASCADE",
                    "TRUNCATE whole RESTART IDENTITY");
            List<Object> calls = changes(database, major, "");
            int keyed = oid(database, "keyed");
            int whole = oid(database, "whole");
            String x = "t:" + "x".repeat(5000);
            String y = "t:" + "y".repeat(5000);
            assertThat(rows(calls))
                    .containsExactly(
                            "insert " + keyed + " [t:1, " + x + ", t:ok]",
                            "update " + keyed + " none [t:1, u, n]",
                            "update " + keyed + " K[t:1, n, n] [t:2, u, n]",
                            "delete " + keyed + " K[t:2, n, n]",
                            "insert " + whole + " [t:1, " + y + "]",
                            "update " + whole + " O[t:1, " + y + "] [t:2, u]",
                            "delete " + whole + " O[t:2, " + y + "]");
            assertThat(all(calls, Truncate.class))
                    .satisfiesExactly(
                            truncate -> {
                                assertThat(truncate.relationOids())
                                        .containsExactlyInAnyOrder(keyed, whole);
                                assertThat(truncate.cascade()).isTrue();
                                assertThat(truncate.restartIdentity()).isFalse();
                            },
                            truncate -> {
                                assertThat(truncate.relationOids()).containsExactly(whole);
                                assertThat(truncate.cascade()).isFalse();
                                assertThat(truncate.restartIdentity()).isTrue();
                            });
            assertThat(types).contains('Y');
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void readsRelations(int major) throws SQLException {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            prepare(database, major);
            database.execute(
                    "INSERT INTO keyed VALUES (1, 'a', 'ok')", "INSERT INTO whole VALUES (1)");
            int mood = (int) database.queryLong("SELECT 'mood'::regtype::oid");
            assertThat(all(changes(database, major, ""), RelationMessage.class))
                    .containsExactly(
                            new RelationMessage(
                                    oid(database, "keyed"),
                                    new QualifiedName("public", "keyed"),
                                    ReplicaIdentity.DEFAULT,
                                    List.of(
                                            new RelationColumn("id", true, 23, -1),
                                            new RelationColumn("note", false, 25, -1),
                                            new RelationColumn("mood", false, mood, -1))),
                            new RelationMessage(
                                    oid(database, "whole"),
                                    new QualifiedName("public", "whole"),
                                    ReplicaIdentity.FULL,
                                    List.of(
                                            new RelationColumn("id", true, 23, -1),
                                            new RelationColumn("note", true, 1043, 6004))));
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void readsTransactions(int major) throws SQLException {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            prepare(database, major);
            database.execute("INSERT INTO keyed VALUES (1, 'a', 'ok')");
            List<Object> calls = changes(database, major, "");
            Begin begin = all(calls, Begin.class).get(0);
            Commit commit = all(calls, Commit.class).get(0);
            assertThat(commit.commitLsn()).isEqualTo(begin.finalLsn());
            assertThat(commit.endLsn().isAfter(commit.commitLsn())).isTrue();
            assertThat(commit.commitTimestampMicros()).isEqualTo(begin.commitTimestampMicros());
            assertThat(Instant.EPOCH.plus(begin.commitTimestampMicros(), ChronoUnit.MICROS))
                    .isBetween(Instant.now().minus(Duration.ofMinutes(5)), Instant.now());
            assertThat(Integer.toUnsignedLong(begin.xid()))
                    .isEqualTo(database.queryLong("SELECT xmin::text::bigint FROM keyed"));
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void tellsOrigins(int major) throws SQLException {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            prepare(database, major);
            String origin = "origin_" + major;
            database.execute("SELECT pg_replication_origin_create('" + origin + "')");
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT pg_replication_origin_session_setup('" + origin + "')");
                statement.execute("INSERT INTO keyed VALUES (1, 'a', 'ok')");
                // A session that has ended may still be on its way out.
                statement.execute("SELECT pg_replication_origin_session_reset()");
            }
            assertThat(changes(database, major, "")).contains("origin " + origin);
            database.execute("SELECT pg_replication_origin_drop('" + origin + "')");
        }
    }

    @ParameterizedTest
    @MethodSource("versionsWithBinary")
    void readsBinaryColumnsAndMessages(int major) throws SQLException {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            prepare(database, major);
            database.execute(
                    "SELECT pg_logical_emit_message(true, 'inside', 'content')",
                    "SELECT pg_logical_emit_message(false, 'outside', '')",
                    // Its commit flushes the message above.
                    "INSERT INTO keyed VALUES (1094861636, 'note', NULL)");
            List<Object> calls = changes(database, major, ", 'binary', 'true', 'messages', 'true'");
            // 1094861636 is the four letters ABCD.
            assertThat(rows(calls))
                    .containsExactly("insert " + oid(database, "keyed") + " [b:ABCD, b:note, n]");
            assertThat(all(calls, LogicalMessage.class))
                    .extracting(LogicalMessage::transactional, LogicalMessage::prefix)
                    .containsExactlyInAnyOrder(tuple(true, "inside"), tuple(false, "outside"));
        }
    }

    /** Larger than the memory for decoding, so that the server spills them. */
    @ParameterizedTest
    @MethodSource("versions")
    void readsNothingOfAbortedTransactions(int major) throws SQLException {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            prepare(database, major);
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("INSERT INTO keyed VALUES (-1, 'kept', NULL)");
                statement.execute("SAVEPOINT s");
                statement.execute(
                        "INSERT INTO keyed SELECT i, repeat('x', 100), NULL FROM"
                                + " generate_series(1, 5000) i");
                statement.execute("ROLLBACK TO SAVEPOINT s");
                connection.commit();
                statement.execute(
                        "INSERT INTO keyed SELECT i, repeat('x', 100), NULL FROM"
                                + " generate_series(1, 5000) i");
                connection.rollback();
            }
            assertThat(rows(changes(database, major, "")))
                    .containsExactly("insert " + oid(database, "keyed") + " [t:-1, t:kept, n]");
        }
    }

    private static void prepare(TestDatabase database, int major) {
        database.execute(
                "CREATE TYPE mood AS ENUM ('sad', 'ok')",
                "CREATE TABLE keyed (id int PRIMARY KEY, note text, mood mood)",
                "CREATE TABLE whole (id int, note varchar(6000))",
                "ALTER TABLE keyed ALTER note SET STORAGE EXTERNAL",
                "ALTER TABLE whole ALTER note SET STORAGE EXTERNAL",
                "ALTER TABLE whole REPLICA IDENTITY FULL",
                "CREATE PUBLICATION p FOR TABLE keyed, whole",
                "SELECT pg_create_logical_replication_slot('wire_" + major + "', 'pgoutput')");
    }

    private List<Object> changes(TestDatabase database, int major, String options)
            throws SQLException {
        PgOutputDecoder decoder = new PgOutputDecoder();
        RecordingHandler handler = new RecordingHandler();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET logical_decoding_work_mem = '64kB'");
            ResultSet messages =
                    statement.executeQuery(
                            "SELECT data FROM pg_logical_slot_get_binary_changes('wire_"
                                    + major
                                    + "', NULL, NULL, 'proto_version', '1', 'publication_names',"
                                    + " 'p'"
                                    + options
                                    + ")");
            while (messages.next()) {
                byte[] message = messages.getBytes(1);
                types.add((char) message[0]);
                decoder.decode(ByteBuffer.wrap(message), handler);
            }
        }
        return handler.calls;
    }

    private static List<Object> rows(List<Object> calls) {
        return calls.stream().filter(String.class::isInstance).toList();
    }

    private static <T> List<T> all(List<Object> calls, Class<T> type) {
        return calls.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static int oid(TestDatabase database, String table) {
        return (int) database.queryLong("SELECT '" + table + "'::regclass::oid");
    }
}
