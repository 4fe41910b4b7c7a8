package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a failed run leaves on the terminal, and what in its log. */
class TerminalITCase {

    private static final TestPostgres SERVER = TestPostgres.shared(16);

    private static final String UNREPRESENTABLE =
            "Cannot decode snapshot row for public.prices at LSN ";

    @TempDir private Path folder;

    private TestDatabase database;

    @BeforeEach
    void createTable() {
        database = SERVER.createDatabase();
        database.execute("CREATE TABLE prices (id int PRIMARY KEY, price numeric(10,4))");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void saysWhyATaskFailedAndLogsTheRest() throws Exception {
        database.execute("INSERT INTO prices VALUES (1, 'NaN')");
        try (NanosyncProcess run = NanosyncProcess.start(folder, "run", "-f", file(""))) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.err())
                    .containsOnlyOnce("nanosync: pipeline p failed: " + UNREPRESENTABLE)
                    .containsOnlyOnce(UNREPRESENTABLE)
                    .contains("  Details: " + log())
                    .doesNotContain("\tat ", "Caused by", "ERROR");
        }
        assertThat(Files.readString(log()))
                .contains("ERROR", "Pipeline p failed", UNREPRESENTABLE, "Caused by", "\tat ");
    }

    @Test
    void showsTheStackTraceOfAFailedTaskWhenAsked() throws Exception {
        database.execute("INSERT INTO prices VALUES (1, 'NaN')");
        try (NanosyncProcess run = NanosyncProcess.start(folder, "run", "-v", "-f", file(""))) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.err())
                    .containsSubsequence(
                            "nanosync: pipeline p failed: " + UNREPRESENTABLE,
                            "  Details: ",
                            "Caused by: ",
                            "\tat io.nanosync.flink.pg.columnar.");
        }
    }

    @Test
    void saysWhyAPipelineCannotRunAndLogsTheRest() throws Exception {
        database.execute("ALTER TABLE prices DROP CONSTRAINT prices_pkey");
        try (NanosyncProcess run = NanosyncProcess.start(folder, "run", "-f", file(""))) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.err())
                    .startsWith("nanosync: Pipeline p can not run:")
                    .hasLineCount(3)
                    .contains("    Run: ALTER TABLE \"public\".\"prices\" REPLICA IDENTITY FULL");
        }
        assertThat(Files.readString(log())).contains("ERROR", "Pipeline p can not run", "\tat ");
    }

    @Test
    void saysWhyARunCannotStartAndLogsTheRest() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String file = file("metrics_port: " + taken.getLocalPort());
            try (NanosyncProcess run = NanosyncProcess.start(folder, "run", "-f", file)) {
                assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
                assertThat(run.out()).isEmpty();
                assertThat(run.err())
                        .startsWith("nanosync: Cannot serve metrics on 127.0.0.1:")
                        .hasLineCount(1);
            }
            assertThat(Files.readString(log())).contains("ERROR", "Cannot serve", "\tat ");
        }
    }

    @Test
    void saysWhenThereIsNoPlaceForTheLog() throws Exception {
        Files.writeString(folder.resolve("nanosync-state"), "a file");
        try (NanosyncProcess run = NanosyncProcess.start(folder, "run", "-f", file(""))) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.err())
                    .startsWith("nanosync: Cannot make the folder of the log " + log() + ": ")
                    .hasLineCount(1);
        }
    }

    private Path log() {
        return folder.resolve("nanosync-state/logs/pipelines.log");
    }

    private String file(String more) throws IOException {
        Path file = folder.resolve("pipelines.yaml");
        Files.writeString(
                file,
                """
                %s
                connections:
                  - name: db
                    type: postgres
                    dsn: "%s"
                pipelines:
                  - name: p
                    source:
                      connection: db
                      tables: [public.prices]
                    sink: {type: blackhole}
                """
                        .formatted(more, database.dsn()));
        return file.toString();
    }
}
