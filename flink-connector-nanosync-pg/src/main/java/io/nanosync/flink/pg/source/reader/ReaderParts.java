package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.metrics.MetricScope;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.RestartSplit;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.CheckpointedPositions;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.jspecify.annotations.Nullable;

/** What the reader's task thread and its fetchers share. */
final class ReaderParts implements AutoCloseable {

    private final SourceConfig config;
    private final PgClient client;
    private final Unrepresentable unrepresentable;
    private final SnapshotSessions sessions;
    private final StreamProgress progress;
    private final SourceReaderMetricGroup operator;
    private final MetricScope metrics;
    private final BatchEmitter emitter;
    private final FetchLimits limits;
    private final SpillFiles spillFiles;

    /**
     * Splits of this snapshot and earlier ones are void. Written by the task thread, read by
     * fetchers.
     */
    private final AtomicInteger stoppedEpoch = new AtomicInteger();

    /** Whether this reader has the stream. Owned by the task thread. */
    private boolean streams;

    /** What reads it; null before it is. Written by its fetcher. */
    private volatile @Nullable StreamWork stream;

    private final Turns turns = new Turns();
    private final SnapshotBuilders builders;
    private final RowFilters filters;
    private final Map<QualifiedName, EnoughRows> enough = new ConcurrentHashMap<>();
    private final DriftApprovals approvals = new DriftApprovals();
    private final Counter accepted;

    ReaderParts(
            SourceConfig config,
            PgClient client,
            Unrepresentable unrepresentable,
            SnapshotSessions sessions,
            CheckpointedPositions checkpointed,
            SourceReaderMetricGroup operator,
            int queueCapacity,
            Path temporaryFolder) {
        this.config = config;
        this.client = client;
        this.unrepresentable = unrepresentable;
        this.builders = new SnapshotBuilders(unrepresentable);
        this.filters = new RowFilters(config);
        this.sessions = sessions;
        this.operator = operator;
        this.metrics = MetricScope.of(operator).pipeline(config.pipeline());
        SourceMetric.UNREPRESENTABLE.counter(metrics, unrepresentable::count);
        this.accepted = SourceMetric.SCHEMA_CHANGES_ACCEPTED.counter(metrics);
        this.progress = StreamProgress.of(config, checkpointed, queueCapacity);
        this.progress.status().register(metrics);
        this.emitter = new BatchEmitter(metrics, operator.getIOMetricGroup(), progress.metrics());
        this.limits = FetchLimits.of(config, queueCapacity);
        this.spillFiles = new SpillFiles(temporaryFolder);
    }

    FetcherPerSplit fetchers(Configuration configuration) {
        return new FetcherPerSplit(
                () -> new PgSplitReader(this::work, FreshSnapshot.remedy(config)),
                configuration,
                this::abort);
    }

    /** Frees fetchers that are blocked on the network. */
    private void abort() {
        sessions.abort();
        StreamWork reading = stream;
        if (reading != null) {
            reading.abort();
        }
    }

    private SplitWork work(PgSplit split) {
        if (split instanceof SnapshotSplit snapshot) {
            return new SnapshotWork(
                    snapshot,
                    config,
                    sessions,
                    builders,
                    filters,
                    stoppedEpoch::get,
                    turns,
                    enough.computeIfAbsent(
                            snapshot.table().name(),
                            table -> new EnoughRows(config.enoughRows(table))));
        }
        if (split instanceof RestartSplit restart) {
            return new RestartWork(restart, stoppedEpoch::get);
        }
        StreamWork reading =
                new StreamWork(
                        (StreamSplit) split,
                        config,
                        client,
                        unrepresentable,
                        limits,
                        progress,
                        config.wholeTransactions()
                                ? new HeldBatches(spillFiles, HeldBatches.MEMORY_BYTES)
                                : null,
                        new StreamDrifts(approvals, accepted));
        stream = reading;
        return reading;
    }

    /** A snapshot split is about to be read. Called before its fetcher starts. */
    void willRead(String splitId) {
        turns.willRead(splitId);
    }

    BatchEmitter emitter() {
        return emitter;
    }

    /** The stream is assigned to this reader, to be read from there on. */
    void willStream(StreamPosition position) {
        progress.begin(position);
        if (!streams) {
            streams = true;
            progress.metrics().register(operator, metrics, config.heartbeatInterval());
            SourceMetric.STREAM_LEAD_SECONDS.gauge(metrics, progress.lead()::seconds);
            SourceMetric.SPILLED_BYTES.gauge(metrics, spillFiles::bytes);
        }
    }

    CheckpointedPositions checkpointed() {
        return progress.checkpointed();
    }

    DriftApprovals approvals() {
        return approvals;
    }

    int stoppedEpoch() {
        return stoppedEpoch.get();
    }

    void stop(int epoch) {
        stoppedEpoch.accumulateAndGet(epoch, Math::max);
    }

    /** Behind the fetchers. */
    @Override
    public void close() throws IOException {
        spillFiles.close();
    }
}
