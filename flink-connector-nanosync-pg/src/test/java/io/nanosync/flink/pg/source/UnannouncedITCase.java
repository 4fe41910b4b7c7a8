package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alterations that neither the snapshot nor the stream announces. */
final class UnannouncedITCase {

    @TempDir private Path folder;
    @TempDir private Path emptySink;

    @Test
    void compositeTypeThatIsAlteredWhileStreamingIsMendedAsTold() throws Exception {
        try (Capture capture =
                new Capture(
                        18,
                        folder,
                        "CREATE TYPE pair AS (a int, b text)",
                        "CREATE TABLE u (id int PRIMARY KEY, c pair)",
                        "INSERT INTO u VALUES (1, (1, 'x'))")) {
            capture.start("public.t", "public.u").execute("INSERT INTO u VALUES (2, (2, 'y'))");
            capture.awaitRow("2|(2,y)");
            capture.execute(
                    "ALTER TYPE pair ADD ATTRIBUTE c int", "INSERT INTO u VALUES (3, (3, 'z', 3))");
            capture.assertRefused(
                    "Insert for public\\.u at LSN .*column \"c\".*type public\\.pair.*expected 2"
                            + " fields, found 3 fields");
            capture.doAsTold(emptySink).awaitRow("3|(3,z,3)");
            assertThat(rows(capture, "public.u"))
                    .containsExactly("1|(1,x,)", "2|(2,y,)", "3|(3,z,3)");
            capture.execute("INSERT INTO u VALUES (4, (4, NULL, 4))");
            capture.awaitRow("4|(4,,4)");
        }
    }

    private static List<String> rows(Capture capture, String table) {
        return Replay.contents(Replay.of(capture.job().committed(), table));
    }

    /**
     * Between two splits of its table: those that were read before have its values, and nothing of
     * the table's file tells that those behind don't. Whether the snapshot is taken anew or the
     * pipeline ends first is a matter of moments.
     */
    @Test
    void columnThatIsReplacedBetweenTwoSplitsIsNeverReadAsNull() throws Exception {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            database.execute(
                    "CREATE TABLE t (id bigint PRIMARY KEY, note text, amount numeric(12,2))",
                    "ALTER TABLE t REPLICA IDENTITY FULL",
                    "INSERT INTO t SELECT g, 'note ' || g, 1 FROM generate_series(1, 20000) g");
            String alter = "ALTER TABLE t DROP COLUMN note, ADD COLUMN note text";
            SourceJob job =
                    new SourceJob(Configs.initial(database, "replaced", "public.t"), folder, 1)
                            .onceAfterRows(
                                    1000, () -> new Thread(() -> database.execute(alter)).start())
                            .start();
            try {
                Await.until(
                        "the snapshot is taken anew, or the pipeline has ended",
                        Duration.ofSeconds(60),
                        () -> hasEnded(job) || isReadAnew(job));
                if (hasEnded(job)) {
                    assertThat(job.failure())
                            .contains("PipelineFailedException")
                            .contains("public.t");
                    assertThat(job.committed())
                            .allSatisfy(line -> assertThat(line.after()).contains("|note "));
                } else {
                    assertThat(Replay.contents(Replay.of(job.committed(), "public.t")))
                            .isEqualTo(Replay.contents(database, "SELECT id, amount, note FROM t"));
                }
            } finally {
                job.cancel();
            }
        }
    }

    private static boolean hasEnded(SourceJob job) {
        return job.client().getJobExecutionResult().isDone();
    }

    private static boolean isReadAnew(SourceJob job) {
        List<Line> lines = job.committed();
        return lines.stream().anyMatch(line -> line.op() == 't')
                && Replay.of(lines, "public.t").size() == 20_000;
    }
}
