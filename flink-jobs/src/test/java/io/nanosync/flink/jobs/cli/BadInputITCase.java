package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Each mistake gives one clear message with its remedy, and leaves nothing on the server. */
class BadInputITCase {

    private static final TestPostgres SERVER = TestPostgres.shared(16);

    @TempDir private Path folder;

    private TestDatabase database;
    private String output = "";

    @BeforeEach
    void createTables() {
        database = SERVER.createDatabase();
        database.execute(
                "CREATE TABLE keyed (id int PRIMARY KEY, note text)",
                "CREATE TABLE keyless (id int)",
                "CREATE VIEW seen AS SELECT * FROM keyed");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "validate"})
    void anUnsetVariable(String command) throws IOException {
        assertFails(
                command,
                database.dsn().replace("postgres@", "postgres:${env:NO_SUCH_VARIABLE}@"),
                "public.keyed");
        assertThat(output)
                .contains(
                        "environment variable NO_SUCH_VARIABLE is not set. Run: export"
                                + " NO_SUCH_VARIABLE=<value>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "validate"})
    void anUnknownProperty(String command) throws IOException {
        Path file = file(database.dsn(), "public.keyed", "properties: {snapshot_worker: 4}");
        assertFails(command, file);
        assertThat(output)
                .contains(
                        "pipelines[0].source.properties.snapshot_worker: unknown property; did you"
                                + " mean snapshot_workers?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "validate"})
    void aWrongSslmode(String command) throws IOException {
        assertFails(command, database.dsn() + "?sslmode=on", "public.keyed");
        assertThat(output)
                .contains(
                        "option sslmode is \"on\", expected disable, allow, prefer, require,"
                                + " verify-ca or verify-full");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "validate"})
    void aSyntaxError(String command) throws IOException {
        Path file = folder.resolve("pipelines.yaml");
        Files.writeString(file, "pipelines:\n  - name: [orders\n");
        assertFails(command, file);
        assertThat(output).contains(file + ":2:18: file: YAML syntax error: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "validate"})
    void aMissingTable(String command) throws IOException {
        assertFails(command, database.dsn(), "public.keyde");
        assertThat(output).contains("public.keyde").contains("does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "validate"})
    void aTableWithoutReplicaIdentity(String command) throws IOException {
        assertFails(command, database.dsn(), "public.keyless");
        assertThat(output)
                .contains("Run: ALTER TABLE \"public\".\"keyless\" REPLICA IDENTITY FULL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "validate"})
    void aView(String command) throws IOException {
        assertFails(command, database.dsn(), "public.seen");
        assertThat(output).contains("public.seen").contains("view");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "validate"})
    void anEmptySchema(String command) throws IOException {
        assertFails(command, database.dsn(), "nothing.*");
        assertThat(output).contains("Schema \"nothing\" (from nothing.*) has no table to capture");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "validate"})
    void aWrongPassword(String command) throws IOException {
        database.execute("CREATE ROLE bad_input LOGIN REPLICATION PASSWORD 'right'");
        try {
            assertFails(
                    command,
                    database.dsn().replace("postgres@", "bad_input:sEcReT@"),
                    "public.keyed");
            assertThat(output).contains("bad_input").doesNotContain("sEcReT");
        } finally {
            database.execute("DROP ROLE bad_input");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "validate"})
    void aServerThatIsNotThere(String command) throws IOException {
        assertFails(command, "postgres://u:sEcReT@127.0.0.1:1/d", "public.keyed");
        assertThat(output).contains("127.0.0.1:1").doesNotContain("sEcReT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "validate"})
    void anUnknownPipeline(String command) throws IOException {
        Path file = file(database.dsn(), "public.keyed", "properties: {}");
        assertFails(command, file, "order");
        assertThat(output)
                .contains("There is no pipeline \"order\" in " + file + "; did you mean orders?");
    }

    @Test
    void aServerWithoutLogicalWal() throws IOException {
        try (TestPostgres server = TestPostgres.start(16, Map.of("wal_level", "replica"))) {
            server.execute("CREATE TABLE keyed (id int PRIMARY KEY)");
            for (String command : new String[] {"run", "validate"}) {
                assertFails(command, server.database().dsn(), "public.keyed");
                assertThat(output)
                        .contains("wal_level")
                        .contains("Run: ALTER SYSTEM SET wal_level = ");
            }
            assertNothingIsLeftOn(server.database());
        }
    }

    @Test
    void aServerWithoutAFreeSlot() throws IOException {
        try (TestPostgres server = TestPostgres.start(16, Map.of("max_replication_slots", "1"))) {
            server.execute(
                    "CREATE TABLE keyed (id int PRIMARY KEY)",
                    "SELECT pg_create_physical_replication_slot('taken')");
            for (String command : new String[] {"run", "validate"}) {
                assertFails(command, server.database().dsn(), "public.keyed");
                assertThat(output).contains("max_replication_slots");
            }
            server.execute("SELECT pg_drop_replication_slot('taken')");
            assertNothingIsLeftOn(server.database());
        }
    }

    @Test
    void aPipelineThatCanRunIsSaidToBe() throws IOException {
        Path file = file(database.dsn(), "public.keyed", "properties: {}");
        assertThat(execute("validate", file)).as(output).isZero();
        assertThat(output)
                .contains("orders: can run")
                .contains("slot nanosync_slot_orders, publication nanosync_pub_orders");
        assertNothingIsLeftOn(database);
    }

    private void assertFails(String command, String dsn, String table) throws IOException {
        assertFails(command, file(dsn, table, "properties: {}"));
    }

    private void assertFails(String command, Path file, String... more) {
        assertThat(execute(command, file, more)).as(output).isEqualTo(1);
        assertThat(output).isNotBlank().doesNotContain("\tat ").doesNotContain("Exception");
        assertNothingIsLeftOn(database);
    }

    private int execute(String command, Path file, String... more) {
        StringWriter text = new StringWriter();
        CommandLine commands = Nanosync.commands();
        commands.setOut(new PrintWriter(text, true));
        commands.setErr(new PrintWriter(text, true));
        String[] arguments = new String[3 + more.length];
        arguments[0] = command;
        arguments[1] = "-f";
        arguments[2] = file.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        int code = commands.execute(arguments);
        output = text.toString();
        return code;
    }

    private static void assertNothingIsLeftOn(TestDatabase database) {
        assertThat(
                        database.queryList(
                                "SELECT slot_name FROM pg_replication_slots"
                                        + " WHERE slot_name LIKE 'nanosync%'"
                                        + " UNION ALL SELECT pubname FROM pg_publication"))
                .isEmpty();
        // A backend ends a moment after its client.
        Await.until(
                "no session of ours is left",
                () ->
                        database.queryLong(
                                        "SELECT count(*) FROM pg_stat_activity"
                                                + " WHERE datname = current_database()"
                                                + " AND application_name = 'nanosync'")
                                == 0);
    }

    private Path file(String dsn, String table, String properties) throws IOException {
        Path file = folder.resolve("pipelines.yaml");
        Files.writeString(
                file,
                """
                connections:
                  - name: db
                    type: postgres
                    dsn: "%s"
                pipelines:
                  - name: orders
                    source:
                      connection: db
                      tables: [%s]
                      %s
                    sink: {type: blackhole}
                """
                        .formatted(dsn, table, properties));
        return file;
    }
}
