package io.nanosync.flink.pg.source.enumerator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
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
            List<String> warnings = warnings(watch::look);
            if (warnings.isEmpty()) {
                return false;
            }
            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .startsWith("The server has told the walsender of slot " + config.slot());
            checkpoint.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThatThrownBy(watch::look)
                    .hasMessageContaining("was invalidated (")
                    .hasMessageContaining("changes that this pipeline still needed are gone");
            return true;
        } finally {
            unread.abort();
        }
    }

    private interface Look {
        void run() throws PgException;
    }

    /** What the watch logs meanwhile. */
    private static List<String> warnings(Look look) throws PgException {
        List<String> warnings = new CopyOnWriteArrayList<>();
        AbstractAppender appender =
                new AbstractAppender("warnings", null, null, true, Property.EMPTY_ARRAY) {
                    @Override
                    public void append(LogEvent event) {
                        if (event.getLevel() == Level.WARN) {
                            warnings.add(event.getMessage().getFormattedMessage());
                        }
                    }
                };
        appender.start();
        Configurator.setLevel(SlotWatch.class.getName(), Level.WARN);
        Logger logger = (Logger) LogManager.getLogger(SlotWatch.class);
        logger.addAppender(appender);
        try {
            look.run();
        } finally {
            logger.removeAppender(appender);
        }
        return warnings;
    }
}
