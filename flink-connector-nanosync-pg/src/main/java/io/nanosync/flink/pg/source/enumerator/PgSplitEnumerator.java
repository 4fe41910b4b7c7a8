package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.metrics.PipelineGauges;
import io.nanosync.flink.pg.source.metrics.SourceMetrics;
import io.nanosync.flink.pg.source.split.PgSplit;
import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans the snapshot, hands out its splits, hands over to the stream. What it does at each time is
 * in its {@link Phase}.
 *
 * <p>Every method runs on the coordinator thread and does no I/O; see {@link Coordinator}.
 */
public final class PgSplitEnumerator implements SplitEnumerator<PgSplit, EnumeratorState> {

    private static final Logger LOG = LoggerFactory.getLogger(PgSplitEnumerator.class);

    private final Coordinator coordinator;
    private final Phases phases;
    private final MetricGroup metrics;
    private volatile Phase phase;

    /**
     * An enumerator of a pipeline.
     *
     * @param state what to take up; null for a pipeline without state
     */
    public PgSplitEnumerator(
            SplitEnumeratorContext<PgSplit> context,
            SourceConfig config,
            PgClient client,
            @Nullable EnumeratorState state) {
        this(context, config, client, state, SessionRegistry.process());
    }

    PgSplitEnumerator(
            SplitEnumeratorContext<PgSplit> context,
            SourceConfig config,
            PgClient client,
            @Nullable EnumeratorState state,
            SessionRegistry registry) {
        this.coordinator = new Coordinator(context, config, this::become);
        this.phases = new Phases(coordinator, config, client, registry, this::registerEstimates);
        this.phase = state == null ? phases.begin() : phases.resume(state);
        this.metrics = SourceMetrics.pipelineGroup(context.metricGroup(), config.pipeline());
    }

    @Override
    public void start() {
        PipelineGauges.in(metrics).show(() -> phase.number(), phases::slotLagBytes);
        phase.enter();
    }

    private void become(Phase next) {
        LOG.info(
                "From {} to {}", phase.getClass().getSimpleName(), next.getClass().getSimpleName());
        phase = next;
        if (next.number() > 0) {
            phases.watchSlot();
        }
        next.enter();
    }

    private void registerEstimates(SnapshotPlan plan) {
        for (TablePlan table : plan.tables()) {
            PipelineGauges.in(metrics)
                    .estimate(metrics, table.schema().name(), table.estimatedRows());
        }
    }

    @Override
    public void handleSplitRequest(int subtaskId, @Nullable String requesterHostname) {
        // Splits are pushed: the limit of workers holds for the whole job, and only the enumerator
        // knows it.
    }

    @Override
    public void addSplitsBack(List<PgSplit> splits, int subtaskId) {
        phase.splitsBack(splits, subtaskId);
    }

    @Override
    public void addReader(int subtaskId) {
        phase.readerAdded(subtaskId);
    }

    @Override
    public void handleSourceEvent(int subtaskId, SourceEvent sourceEvent) {
        phase.event(subtaskId, (PgSourceEvent) sourceEvent);
    }

    @Override
    public EnumeratorState snapshotState(long checkpointId) {
        EnumeratorState state = phase.state();
        phase.checkpointTaken(checkpointId);
        return state;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        phase.checkpointCompleted(checkpointId);
    }

    @Override
    public void close() {
        coordinator.close(phases::close);
    }
}
