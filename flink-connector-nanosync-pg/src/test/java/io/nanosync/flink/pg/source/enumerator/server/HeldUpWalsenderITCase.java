package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server invalidates the slot of a stream that stands still. */
@Tag("long")
final class HeldUpWalsenderITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int ATTEMPTS = 15;

    /** Now and then the walsender's last words find room on the way, and it ends by itself. */
    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void checkpointDoesNotWaitForItForEver(int major) throws Exception {
        try (TestPostgres server =
                TestPostgres.start(major, Map.of("max_slot_wal_keep_size", "32MB"))) {
            server.execute("CREATE TABLE t (id serial PRIMARY KEY, v text)");
            int attempt = 1;
            while (!isHeldUpAndEnded(server, "stands_" + attempt)) {
                assertThat(++attempt).isLessThanOrEqualTo(ATTEMPTS);
            }
        }
    }

    /** Whether the walsender was held up. */
    private static boolean isHeldUpAndEnded(TestPostgres server, String pipeline) throws Exception {
        SourceConfig config =
                Configs.of(
                        server.connectionConfig(), pipeline, new StartupMode.Initial(), "public.t");
        server.execute(
                "CREATE PUBLICATION " + config.publication() + " FOR TABLE t",
                "SELECT pg_create_logical_replication_slot('" + config.slot() + "', 'pgoutput')");
        JdbcPgClient client = new JdbcPgClient(server.connectionConfig(), PATIENCE);
        ReplicationStream unread =
                client.startReplication(
                        null, config.slot(), config.publication(), new Lsn(0), true);
        try (PipelineSession session = new PipelineSession(client, config.slot())) {
            SlotWatch watch = new SlotWatch(config, session, () -> null);
            watch.look();
            server.execute(
                    "INSERT INTO t (v) SELECT repeat('x', 1000) FROM generate_series(1, 60000)");
            Await.until(
                    "the walsender waits for its client",
                    PATIENCE,
                    () ->
                            server.queryList(
                                            "SELECT wait_event FROM pg_stat_activity WHERE"
                                                    + " backend_type = 'walsender'")
                                    .contains("WalSenderWriteData"));
            CompletableFuture<Void> checkpoint =
                    CompletableFuture.runAsync(() -> server.execute("CHECKPOINT"));
            Await.until(
                    "the walsender has ended or can't",
                    PATIENCE,
                    () -> checkpoint.isDone() || session.heldUpAtItsEnd(config.slot()) != null);
            if (checkpoint.isDone()) {
                return false;
            }
            watch.look();
            if (checkpoint.isDone()) {
                return false;
            }
            watch.look();
            checkpoint.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThatThrownBy(watch::look)
                    .hasMessageContaining("was invalidated (")
                    .hasMessageContaining("changes that this pipeline still needed are gone");
            return true;
        } finally {
            unread.abort();
        }
    }
}
