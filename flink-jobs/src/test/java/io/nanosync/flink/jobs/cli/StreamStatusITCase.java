package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run shows while its pipeline doesn't stream. */
class StreamStatusITCase {

    @TempDir private Path folder;

    private TestPostgres server;

    @BeforeEach
    void startServer() {
        server = TestPostgres.start(17);
        server.execute("CREATE TABLE a (id int PRIMARY KEY)");
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void saysWhoHoldsTheSlot() throws Exception {
        try (NanosyncProcess run = start()) {
            run.awaitErr("held  streaming");
            run.terminate();
            assertThat(run.exitCode()).as(run.err()).isZero();
        }
        PgClient other = new JdbcPgClient(server.connectionConfig(), Duration.ofSeconds(60));
        ReplicationStream holder =
                other.startReplication(
                        null, "nanosync_slot_held", "nanosync_pub_held", new Lsn(0), true);
        String pid = server.queryString("SELECT active_pid::text FROM pg_replication_slots");
        try (NanosyncProcess run = start()) {
            run.awaitErr("held  waiting for the slot");
            run.awaitErr(
                    "  Logical replication slot \"nanosync_slot_held\" is active for PID " + pid);
            run.awaitErr("waiting until 20");
            assertThat(run.err()).doesNotContain("streaming  ", "lag");
            holder.abort();
            holder.close();
            run.awaitErr("held  streaming");
        }
    }

    @Test
    void saysThatTheServerIsGone() throws Exception {
        try (NanosyncProcess run = start()) {
            run.awaitErr("held  streaming");
            server.killImmediately();
            run.awaitErr("held  reconnecting");
            int reconnecting = run.err().indexOf("held  reconnecting");
            server.startAgain();
            run.awaitErrAfter(reconnecting, "held  streaming");
            assertThat(run.err().substring(reconnecting)).containsPattern("\\R  \\S+ ");
        }
    }

    private NanosyncProcess start() throws IOException {
        Path file = folder.resolve("pipelines.yaml");
        Files.writeString(
                file,
                """
                connections:
                  - name: db
                    type: postgres
                    dsn: "%s"
                pipelines:
                  - name: held
                    source:
                      connection: db
                      tables: [public.a]
                    sink: {type: blackhole}
                    checkpoint_interval: 500ms
                """
                        .formatted(server.database().dsn()));
        return NanosyncProcess.start(folder, "run", "-f", file.toString());
    }
}
