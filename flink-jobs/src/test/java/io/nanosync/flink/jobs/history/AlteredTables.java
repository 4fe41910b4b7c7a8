package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.crash.CheckpointedPosition;
import io.nanosync.flink.jobs.history.job.HistoryJob;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Alters the tables of a pipeline that is stopped. */
public final class AlteredTables {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Checkpoints are removed for a moment after their job has ended. */
    private static final int LOOKS = 50;

    private static final int LOOK_MILLIS = 100;

    /** The first releases that a table can be added on while somebody writes it. */
    private static final Map<Integer, Integer> FIRST_RELEASES =
            Map.of(13, 21, 14, 18, 15, 13, 16, 9, 17, 5);

    private final Capture capture;
    private final Captures captures;
    private final TestDatabase database;
    private final PipelineFolder folder;
    private final PipelineOf pipelines;
    private final HistoryJob job;
    private final ProductLog log;
    private final Journal journal;

    /** Writes the pipeline with these tables. */
    @FunctionalInterface
    interface PipelineOf {
        Pipeline tables(List<QualifiedName> tables) throws Exception;
    }

    AlteredTables(
            Capture capture,
            Captures captures,
            TestDatabase database,
            PipelineFolder folder,
            PipelineOf pipelines,
            HistoryJob job,
            ProductLog log,
            Journal journal) {
        this.capture = capture;
        this.captures = captures;
        this.database = database;
        this.folder = folder;
        this.pipelines = pipelines;
        this.job = job;
        this.log = log;
        this.journal = journal;
    }

    /**
     * Whether a server can be asked to.
     *
     * @param serverVersion {@code server_version_num}
     */
    static boolean canAdd(int serverVersion) {
        int major = serverVersion / 10_000;
        return major > 17 || serverVersion % 10_000 >= FIRST_RELEASES.getOrDefault(major, 10_000);
    }

    /** Returns when the pipeline streams, or doesn't for long. */
    public void awaitStream() {
        try {
            Await.until(
                    "the pipeline streams",
                    PATIENCE,
                    () -> log.isStreaming() || job.isStopped() || job.hasEnded());
        } catch (AssertionError notYet) {
            journal.note("    doesn't stream yet");
        }
    }

    /** Draws others for the next start, where there is a stream to alter. Nothing runs. */
    public void alter(Random draws) throws Exception {
        Optional<StreamPosition> position = position();
        if (position.isEmpty()) {
            journal.note("    the first snapshot isn't read: the tables stay");
            return;
        }
        if (job.isAltered()) {
            journal.note("    altered already");
            return;
        }
        boolean mayAdd = canAdd(Integer.parseInt(database.queryString("SHOW server_version_num")));
        List<QualifiedName> tables = capture.drawAfter(captures.now(), mayAdd, draws);
        Lsn walEnd = Lsn.parse(database.queryString("SELECT pg_current_wal_insert_lsn()"));
        captures.altered(tables, walEnd, position.get(), folder.files());
        job.alter(pipelines.tables(tables));
        log.forgetStream();
        journal.note(
                "    tables are %s, the stream stands at %s, the WAL at %s"
                        .formatted(Capture.names(tables), position.get(), walEnd));
    }

    private Optional<StreamPosition> position() throws IOException {
        for (int look = 1; ; look++) {
            try {
                return CheckpointedPosition.newest(job.pipeline());
            } catch (IOException removedMeanwhile) {
                if (look == LOOKS) {
                    throw removedMeanwhile;
                }
                Pause.millis(LOOK_MILLIS);
            }
        }
    }
}
