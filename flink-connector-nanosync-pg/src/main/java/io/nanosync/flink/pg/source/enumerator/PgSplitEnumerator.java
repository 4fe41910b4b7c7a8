package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.enumerator.server.Lineage;
import io.nanosync.flink.pg.source.enumerator.server.PipelineServer;
import io.nanosync.flink.pg.source.enumerator.server.SessionRegistry;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotCursor;
import io.nanosync.flink.pg.source.enumerator.snapshot.SplitCounts;
import io.nanosync.flink.pg.source.enumerator.snapshot.SplitTracker;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsFinished;
import io.nanosync.flink.pg.source.metrics.MetricScope;
import io.nanosync.flink.pg.source.metrics.PipelineGauges;
import io.nanosync.flink.pg.source.split.PgSplit;
import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;

/**
 * Plans the snapshot, hands out its splits, hands over to the stream.
 *
 * <p>The life of a pipeline, and of its splits:
 *
 * <ol>
 *   <li>{@link #start}: the {@link StartingPhase} has the server prepared ({@link
 *       PipelineServer#begin}: checks, publication, slot, snapshot), or takes up a checkpoint's
 *       state. Nothing is read yet.
 *   <li>{@link SnapshotPhase}: one checkpoint completes, so that this snapshot isn't forgotten
 *       behind rows that were sent; then {@link SnapshotCursor} makes splits one by one, which go
 *       to readers, as many at a time as there are workers.
 *   <li>A reader that has emitted all of a split reports it ({@link #handleSourceEvent}). Finished
 *       for good it is when a checkpoint has completed ({@link #notifyCheckpointComplete}) whose
 *       state was taken ({@link #snapshotState}) after the report: {@link SplitTracker} knows. Only
 *       then do readers hear that they may forget it.
 *   <li>A reader that fails goes back to a checkpoint ({@link #addSplitsBack}): what it had
 *       reported since is out again.
 *   <li>The snapshot is lost (its keeper or the server ended): {@link RestartPhase} stops all
 *       readers, a checkpoint completes, the snapshot is taken anew ({@link
 *       PipelineServer#restart}) and read behind a truncate.
 *   <li>All splits are finished for good: {@link HandOverPhase} waits for one further checkpoint,
 *       whose barriers push the rows through.
 *   <li>{@link StreamPhase}: one reader holds the only stream split, from the snapshot's LSN, for
 *       as long as the job runs. A bounded pipeline ends in front of the hand-over instead.
 *   <li>A stream that comes from a checkpoint waits at its reader until the {@link StreamPhase}
 *       lets it go on. Where tables were added to the configuration, they are read first, by the
 *       same phases; the stream gets them as a {@link
 *       io.nanosync.flink.pg.source.split.StreamExtension}.
 *   <li>{@link #close}: the session, and with it a snapshot that is still needed, waits some
 *       minutes for the next enumerator.
 * </ol>
 *
 * <p>Which phase follows which is in {@link Transitions}; what is done on the server in {@link
 * PipelineServer}. Every method runs on the coordinator thread and does no I/O; see {@link
 * EnumeratorThreads}.
 */
public final class PgSplitEnumerator implements SplitEnumerator<PgSplit, EnumeratorCheckpoint> {

    private final EnumeratorThreads threads;
    private final PipelineServer server;
    private final Transitions transitions;
    private final Lineages lineages;
    private final MetricScope metrics;
    private final PipelineGauges.Source gauges = new Gauges();

    private final class Gauges implements PipelineGauges.Source {

        @Override
        public int phase() {
            return transitions.phase().number();
        }

        @Override
        public @Nullable SlotState slot() {
            return server.slotSeen();
        }
    }

    /**
     * An enumerator of a pipeline.
     *
     * @param restored what to take up; null for a pipeline without state
     */
    public PgSplitEnumerator(
            SplitEnumeratorContext<PgSplit> context,
            SourceConfig config,
            PgClient client,
            @Nullable EnumeratorCheckpoint restored) {
        this(context, config, client, restored, SessionRegistry.process(), Timings.USUAL);
    }

    PgSplitEnumerator(
            SplitEnumeratorContext<PgSplit> context,
            SourceConfig config,
            PgClient client,
            @Nullable EnumeratorCheckpoint restored,
            SessionRegistry registry,
            Timings timings) {
        this.threads = new EnumeratorThreads(context, config, timings);
        this.lineages = new Lineages(restored == null ? null : restored.lineage());
        this.server = new PipelineServer(config, client, registry);
        this.transitions = new Transitions(threads, server, restored, plan -> showAllTables());
        this.metrics = MetricScope.of(context.metricGroup()).pipeline(config.pipeline());
    }

    @Override
    public void start() {
        PipelineGauges.in(metrics).show(gauges);
        transitions.phase().enter();
    }

    private void showAllTables() {
        if (transitions.phase() instanceof SnapshotPhase snapshot) {
            show(snapshot.splitCounts());
        }
    }

    private void show(List<SplitCounts.OfTable> counts) {
        PipelineGauges shown = PipelineGauges.in(metrics);
        for (SplitCounts.OfTable count : counts) {
            shown.show(
                    metrics,
                    count.table().schema().name(),
                    new PipelineGauges.TableSnapshot(
                            count.table().estimatedRows(), count.read(), count.total()));
        }
    }

    @Override
    public void handleSplitRequest(int subtaskId, @Nullable String requesterHostname) {
        // Splits are pushed: the limit of workers holds for the whole job, and only the enumerator
        // knows it.
    }

    @Override
    public void addSplitsBack(List<PgSplit> splits, int subtaskId) {
        transitions.phase().splitsBack(splits, subtaskId);
        showAllTables();
    }

    @Override
    public void addReader(int subtaskId) {
        transitions.phase().readerAdded(subtaskId);
    }

    @Override
    public void handleSourceEvent(int subtaskId, SourceEvent sourceEvent) {
        Phase phase = transitions.phase();
        phase.event(subtaskId, (PgSourceEvent) sourceEvent);
        if (phase instanceof SnapshotPhase snapshot
                && sourceEvent instanceof SplitsFinished finished) {
            show(snapshot.splitCounts(finished.splitIds()));
        }
    }

    @Override
    public EnumeratorCheckpoint snapshotState(long checkpointId) {
        Phase phase = transitions.phase();
        EnumeratorCheckpoint checkpoint =
                new EnumeratorCheckpoint(
                        phase.state(),
                        phase.holdsPipeline()
                                ? lineages.take(
                                        checkpointId,
                                        phase.mayHaveEmitted(),
                                        describe(checkpointId))
                                : lineages.restored());
        phase.checkpointTaken(checkpointId);
        return checkpoint;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        Lineage newest = lineages.completed(checkpointId);
        if (newest != null) {
            server.completed(newest);
            threads.onIoThread(server::recordNewest);
        }
        transitions.phase().checkpointCompleted(checkpointId);
    }

    /** A checkpoint of this job, for people. */
    private String describe(long checkpointId) {
        String job = threads.context().metricGroup().getAllVariables().get("<job_id>");
        return "checkpoint or savepoint " + checkpointId + (job == null ? "" : " of job " + job);
    }

    @Override
    public void close() {
        PipelineGauges.in(metrics).end(gauges);
        threads.close(server::close);
    }

    /** The present phase. */
    Phase phase() {
        return transitions.phase();
    }

    /** What the phases share. */
    EnumeratorThreads threads() {
        return threads;
    }
}
