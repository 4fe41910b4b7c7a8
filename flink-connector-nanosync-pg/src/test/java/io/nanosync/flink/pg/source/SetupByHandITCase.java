package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a database administrator makes by hand, as the reference says it, is enough. */
final class SetupByHandITCase {

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"FOR TABLE public.orders, public.order_items", "FOR ALL TABLES"})
    void pipelineRunsOnWhatWasMadeByHand(String tables) throws Exception {
        try (TestPostgres server = TestPostgres.start(18);
                TestDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE public.orders (id int PRIMARY KEY, note text)",
                    "CREATE TABLE public.order_items (id int PRIMARY KEY, note text)",
                    "INSERT INTO public.orders VALUES (1, 'before')",
                    "INSERT INTO public.order_items VALUES (2, 'before')",
                    "CREATE ROLE nanosync LOGIN REPLICATION PASSWORD 'secret'",
                    "GRANT SELECT ON TABLE public.orders, public.order_items TO nanosync",
                    "SELECT pg_create_logical_replication_slot('nanosync_slot_orders',"
                            + " 'pgoutput')",
                    "INSERT INTO public.orders VALUES (3, 'between slot and publication')",
                    "CREATE PUBLICATION nanosync_pub_orders " + tables,
                    "INSERT INTO public.orders VALUES (4, 'behind the publication')",
                    "ALTER TABLE public.orders REPLICA IDENTITY FULL");
            SourceJob job =
                    new SourceJob(
                                    Configs.of(
                                            database.connectionConfig("nanosync", "secret"),
                                            "orders",
                                            new StartupMode.Initial(),
                                            "public.orders",
                                            "public.order_items"),
                                    folder,
                                    2)
                            .start();
            try {
                Await.until(
                        "the snapshot is committed",
                        Duration.ofSeconds(60),
                        () -> {
                            job.assertRuns();
                            return job.committed().size() == 4;
                        });
                database.execute(
                        "UPDATE public.orders SET note = 'changed' WHERE id = 1",
                        "DELETE FROM public.order_items WHERE id = 2",
                        "DELETE FROM public.orders WHERE id = 4");
                Await.until(
                        "the changes are committed",
                        Duration.ofSeconds(60),
                        () -> {
                            job.assertRuns();
                            return job.committed().size() == 7;
                        });
                assertThat(Replay.contents(Replay.of(job.committed(), "public.orders")))
                        .isEqualTo(List.of("1|changed", "3|between slot and publication"));
                assertThat(Replay.of(job.committed(), "public.order_items"))
                        .extracting(SourceJob.Line::op)
                        .containsExactly('r', 'd');
            } finally {
                job.cancel();
            }
        }
    }
}
