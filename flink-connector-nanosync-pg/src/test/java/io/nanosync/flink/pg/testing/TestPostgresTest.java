package io.nanosync.flink.pg.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class TestPostgresTest {

    static List<Integer> versions() {
        return TestPostgres.VERSIONS;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void runsEveryVersionWithLogicalDecoding(int major) {
        TestPostgres postgres = TestPostgres.shared(major);
        assertThat(postgres.queryString("SHOW server_version")).startsWith(major + ".");
        String name;
        try (TestDatabase database = postgres.createDatabase()) {
            name = database.name();
            database.execute(
                    "CREATE TABLE t (a int PRIMARY KEY)",
                    "CREATE PUBLICATION p FOR TABLE t",
                    "SELECT pg_create_logical_replication_slot('s_" + major + "', 'pgoutput')",
                    "INSERT INTO t VALUES (1)");
            assertThat(
                            database.queryLong(
                                    "SELECT count(*) FROM pg_logical_slot_peek_binary_changes('s_"
                                            + major
                                            + "', NULL, NULL, 'proto_version', '1',"
                                            + " 'publication_names', 'p')"))
                    .isPositive();
        }
        // Others' databases and slots may be there: the server is shared.
        assertThat(
                        postgres.queryList(
                                "SELECT slot_name FROM pg_replication_slots WHERE slot_name = 's_"
                                        + major
                                        + "'"))
                .isEmpty();
        assertThat(
                        postgres.queryList(
                                "SELECT datname FROM pg_database WHERE datname = '" + name + "'"))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void asksEveryoneButTheSuperuserForAPassword(int major) throws SQLException {
        try (TestDatabase database = TestPostgres.shared(major).createDatabase()) {
            database.execute(
                    "DROP ROLE IF EXISTS asked", "CREATE ROLE asked LOGIN PASSWORD 'right'");
            try (Connection connection = database.connect("asked", "right")) {
                assertThat(connection.isValid(5)).isTrue();
            }
            assertThatThrownBy(() -> database.connect("asked", "wrong"))
                    .hasRootCauseMessage(
                            "FATAL: password authentication failed for user \"asked\"");
        }
    }

    @Test
    void keepsDataAndPortOverRestartAndCrash() {
        try (TestPostgres postgres = TestPostgres.start(17, Map.of("work_mem", "5MB"))) {
            int port = postgres.port();
            postgres.execute("CREATE TABLE t AS SELECT 42 AS a");
            postgres.restart();
            assertThat(postgres.queryString("SELECT a FROM t")).isEqualTo("42");
            postgres.killImmediately();
            assertThatThrownBy(postgres::connect).hasRootCauseMessage("Connection refused");
            postgres.startAgain();
            assertThat(postgres.queryString("SELECT a FROM t")).isEqualTo("42");
            assertThat(postgres.queryString("SHOW work_mem")).isEqualTo("5MB");
            assertThat(postgres.port()).isEqualTo(port);
        }
    }

    @Test
    void dropsADatabaseThatIsInUse() throws SQLException {
        TestPostgres postgres = TestPostgres.shared(18);
        TestDatabase database = postgres.createDatabase();
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("CREATE TABLE t (a int)");
            connection.createStatement().execute("PREPARE TRANSACTION 'it''s'");
            connection.createStatement().execute("SELECT 1");
            database.close();
        }
        assertThat(
                        postgres.queryList(
                                "SELECT datname FROM pg_database WHERE datname = '"
                                        + database.name()
                                        + "'"))
                .isEmpty();
    }

    @Test
    void leavesNothingWhenClosed() throws IOException {
        TestPostgres postgres = TestPostgres.start(18);
        Path folder = postgres.folder();
        assertThat(processesOf(folder)).isNotEmpty();
        postgres.close();
        assertThat(folder).doesNotExist();
        assertThat(processesOf(folder)).isEmpty();
    }

    @Test
    void leavesNothingWhenTheJvmIsKilled() throws IOException, InterruptedException {
        Process jvm =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Forgetful.class.getName())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        Path folder;
        try (var reader = jvm.inputReader()) {
            folder = Path.of(reader.lines().filter(l -> l.startsWith("/")).findFirst().orElse(""));
            assertThat(processesOf(folder)).isNotEmpty();
            jvm.destroyForcibly();
            assertThat(jvm.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        Await.until("the folder is gone", () -> !Files.exists(folder));
        assertThat(processesOf(folder)).isEmpty();
    }

    /** Starts a server, says where its data are and never ends. */
    static final class Forgetful {
        private Forgetful() {}

        public static void main(String[] args) throws InterruptedException {
            TestPostgres postgres = TestPostgres.start(18);
            System.out.println(postgres.folder());
            Thread.currentThread().join();
        }
    }

    private static List<String> processesOf(Path folder) throws IOException {
        try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
            return processes
                    .map(process -> process.info().commandLine().orElse(""))
                    .filter(line -> line.contains(folder.toString()))
                    .toList();
        }
    }
}
