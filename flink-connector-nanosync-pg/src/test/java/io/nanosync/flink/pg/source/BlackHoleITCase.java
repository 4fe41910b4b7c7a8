package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connection whose other end is gone without a word: neither bytes nor an end ever come. */
final class BlackHoleITCase {

    @TempDir private Path folder;
    private TestPostgres server;
    private TestDatabase database;
    private TcpProxy proxy;
    private SourceJob job;

    @BeforeEach
    void startServer() {
        server = TestPostgres.start(18);
        database = server.createDatabase();
        proxy = TcpProxy.to(server.port());
        database.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, note text, amount numeric(12,2))",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "INSERT INTO t SELECT g, repeat('n', 100), 1 FROM generate_series(1, 20000) g",
                "VACUUM t");
    }

    @AfterEach
    void close() throws Exception {
        if (job != null) {
            job.cancel();
        }
        proxy.close();
        server.close();
    }

    private SourceConfig config() {
        return Configs.of(
                database.connectionConfig(proxy.port()),
                "hole",
                new StartupMode.Initial(),
                "public.t");
    }

    private void assertAllArriveWithin(Duration time, int rows) throws Exception {
        Await.until(
                "all rows have arrived",
                time,
                () -> {
                    job.assertRuns();
                    return job.committed().size() >= rows;
                });
        job.cancel();
        Replay.assertNothingTwice(job.committed());
        assertThat(Replay.contents(Replay.of(job.committed(), "public.t")))
                .isEqualTo(Replay.contents(database, "SELECT id, note, amount FROM t"));
    }

    @Test
    void copyIsReadOnWithinAMinute() throws Exception {
        proxy.swallowAfter("COPY (", 100_000);
        job = new SourceJob(config(), folder, 1).start();
        Await.until("a COPY is swallowed", Duration.ofSeconds(30), proxy::hasSwallowed);
        assertAllArriveWithin(Duration.ofSeconds(60), 20_000);
    }
}
