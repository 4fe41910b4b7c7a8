package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.source.enumerator.EnumeratorState;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.testing.verify.EnumeratorInState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A state from which a pipeline has gone on since, while its slot stands where it was made: rows
 * that came in between would come a second time, and nothing on the server tells.
 */
final class OlderStateITCase {

    private static final int ROWS = 20_000;

    @TempDir private Path folder;
    private TestDatabase database;
    private SourceConfig config;

    @BeforeEach
    void createTable() {
        database = TestPostgres.shared(18).createDatabase();
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, note text)",
                "INSERT INTO t SELECT g, 'n' FROM generate_series(1, " + ROWS + ") g");
        config =
                Configs.withStateDir(
                                Configs.initial(database, database.name(), "public.t"),
                                folder.resolve("state").toUri().toString())
                        // So slow that checkpoints complete while it is read.
                        .with(SourceOptions.CHUNK_SIZE, 20);
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    /** Keeps the checkpoints that a newer one follows. */
    private SourceJob job() {
        return new SourceJob(config, folder.resolve("job"), 1)
                .setting("execution.checkpointing.num-retained", "1000")
                // A refusal ends the job; a second job that waits may try as often as it likes.
                .setting("restart-strategy.fixed-delay.attempts", "1000");
    }

    private List<Path> checkpoints() throws IOException {
        return SourceJob.files(folder).stream()
                .filter(file -> file.endsWith("_metadata"))
                .map(Path::getParent)
                .sorted(Comparator.comparing(path -> path.toFile().lastModified()))
                .toList();
    }

    /** The first checkpoint in which a reader has rows of the snapshot to read. */
    private String early() throws IOException {
        for (Path checkpoint : checkpoints()) {
            if (EnumeratorInState.state(checkpoint) instanceof EnumeratorState.Snapshotting reading
                    && !reading.held().isEmpty()) {
                return checkpoint.toUri().toString();
            }
        }
        throw new AssertionError("No such checkpoint was taken");
    }

    /** Runs until a checkpoint is triggered behind the first rows, and another one completes. */
    private SourceJob startAndAwaitCheckpoints() throws Exception {
        SourceJob job =
                job().onceAfterRows(
                                1,
                                () -> {
                                    int begun = begun();
                                    Await.until("another begins", () -> begun() > begun);
                                })
                        .start();
        job.awaitCommitted(ROWS);
        return job;
    }

    private int begun() {
        try (Stream<Path> files = Files.walk(folder.resolve("job/checkpoints"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("chk-"))
                    .mapToInt(name -> Integer.parseInt(name.substring(4)))
                    .max()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertRefused(SourceJob job) {
        assertThat(job.failure())
                .contains("PipelineFailedException")
                .contains("is older than the newest one of pipeline " + config.pipeline())
                .contains("delete file:" + folder.resolve("state/newest-state.properties"));
    }

    private void assertGoesOnExactly(SourceJob job) throws Exception {
        database.execute("INSERT INTO t VALUES (0, 'first')");
        job.awaitRow("0|first");
        // That one may be a row of a snapshot which had to be taken anew, with others still to
        // come.
        database.execute("INSERT INTO t VALUES (-1, 'behind it')");
        job.awaitRow("-1|behind it");
        job.cancel();
        Replay.assertExactlyOnce(job.committed(), "public.t", database, "SELECT id, note FROM t");
    }

    @Test
    void snapshotGoesOnFromTheNewestStateAlone() throws Exception {
        SourceJob first = startAndAwaitCheckpoints();
        first.cancel();
        String newest = first.newestState();

        assertRefused(job().fromSavepoint(early()).start());

        assertGoesOnExactly(job().fromSavepoint(newest).start());
    }

    @Test
    @Tag("long")
    void jobThatWaitedForAnotherIsRefused() throws Exception {
        SourceJob first = startAndAwaitCheckpoints();
        SourceJob second = job().fromSavepoint(early()).start();
        String id = second.client().getJobID().toString();
        Await.until(
                "the second job waits",
                () -> checkpoints().stream().anyMatch(path -> path.toString().contains(id)));
        first.cancel();
        assertRefused(second);
        // What it took while it waited is as old.
        assertRefused(job().fromSavepoint(second.newestState()).start());
        // And nothing of the snapshot was read on meanwhile.
        Replay.assertExactlyOnce(
                second.committed(), "public.t", database, "SELECT id, note FROM t");
    }

    /** What the message says to do, with the rows that came since taken back as well. */
    @Test
    void pipelineGoesBackWhereThatIsMeant() throws Exception {
        AtomicBoolean stopping = new AtomicBoolean();
        SourceJob first =
                job().onceAfterRows(
                                ROWS / 10, () -> Await.until("the job is to stop", stopping::get))
                        .start();
        Await.until("a part of the snapshot is read", () -> first.rowsUntilFault() <= 0);
        stopping.set(true);
        String earlier = first.stopWithSavepoint();
        Set<Path> files = Set.copyOf(SourceJob.files(folder.resolve("job/out")));
        assertThat(first.committed()).hasSizeLessThan(ROWS);

        SourceJob second = job().fromSavepoint(earlier).start();
        second.awaitCommitted(ROWS);
        second.cancel();

        assertRefused(job().fromSavepoint(earlier).start());
        Files.delete(folder.resolve("state/newest-state.properties"));
        for (Path file : SourceJob.files(folder.resolve("job/out"))) {
            if (!files.contains(file)) {
                Files.delete(file);
            }
        }
        assertGoesOnExactly(job().fromSavepoint(earlier).start());
    }
}
