package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamPaused;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamResumed;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamRuns;
import io.nanosync.flink.pg.source.metrics.SourceMetrics;
import io.nanosync.flink.pg.source.split.PgSplit;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.OperatorIOMetricGroup;

/** Emits what was fetched, counts it, and moves the split's state. Runs on the task thread. */
final class BatchEmitter implements RecordEmitter<Fetched, ChangeBatch, SplitState> {

    private final MetricGroup metrics;
    private final Counter rowsIn;
    private final Counter bytesIn;
    private final Map<QualifiedName, TableCounters> tables = new HashMap<>();
    private volatile long newestCommitMicros;
    private volatile boolean caughtUp = true;
    private BiConsumer<PgSplit, String> onLost = (split, reason) -> {};
    private Consumer<PgSourceEvent> onStream = event -> {};

    private record TableCounters(Counter snapshotRows, Counter snapshotBytes, Counter changes) {

        /** Once a batch, never once a row. */
        void count(ChangeBatch batch) {
            if (batch.snapshot()) {
                snapshotRows.inc(batch.rowCount());
                snapshotBytes.inc(batch.recordBatch().length);
            } else {
                changes.inc(batch.rowCount());
            }
        }
    }

    BatchEmitter(MetricGroup metrics, OperatorIOMetricGroup io) {
        this.metrics = metrics;
        this.rowsIn = io.getNumRecordsInCounter();
        this.bytesIn = io.getNumBytesInCounter();
        metrics.gauge(SourceMetrics.REPLICATION_LAG_SECONDS, this::lagSeconds);
    }

    /** Says whom to tell of a snapshot that was lost. */
    void onLost(BiConsumer<PgSplit, String> listener) {
        onLost = listener;
    }

    /** Says whom to tell what becomes of the stream. */
    void onStream(Consumer<PgSourceEvent> listener) {
        onStream = listener;
    }

    private double lagSeconds() {
        return caughtUp || newestCommitMicros == 0
                ? 0
                : Math.max(0, System.currentTimeMillis() / 1e3 - newestCommitMicros / 1e6);
    }

    @Override
    public void emitRecord(Fetched fetched, SourceOutput<ChangeBatch> output, SplitState state)
            throws IOException {
        // The reader base has counted the element; it stands for some number of rows.
        rowsIn.dec();
        if (fetched instanceof Fetched.Page page) {
            emit(page, output);
            state.advance(page.next());
            if (page.batches() instanceof WholeTransactions whole) {
                whole.close();
            }
        } else if (fetched instanceof Fetched.Lost lost) {
            onLost.accept(state.split(), lost.reason());
        } else if (fetched instanceof Fetched.Streaming) {
            onStream.accept(new StreamRuns());
        } else if (fetched instanceof Fetched.Paused paused) {
            measure(paused.lag());
            onStream.accept(new StreamPaused(paused.report()));
        } else if (fetched instanceof Fetched.Resumed resumed) {
            onStream.accept(new StreamResumed(resumed.drifts()));
        }
    }

    private void emit(Fetched.Page page, SourceOutput<ChangeBatch> output) {
        for (ChangeBatch batch : page.batches()) {
            output.collect(batch);
            rowsIn.inc(batch.rowCount());
            bytesIn.inc(batch.recordBatch().length);
            tables.computeIfAbsent(batch.table(), this::counters).count(batch);
        }
        StreamLag lag = page.lag();
        if (lag != null) {
            measure(lag);
        }
    }

    private void measure(StreamLag lag) {
        newestCommitMicros = lag.newestCommitMicros();
        caughtUp = lag.caughtUp();
    }

    private TableCounters counters(QualifiedName table) {
        MetricGroup group = SourceMetrics.tableGroup(metrics, table);
        return new TableCounters(
                group.counter(SourceMetrics.SNAPSHOT_ROWS),
                group.counter(SourceMetrics.SNAPSHOT_BYTES),
                group.counter(SourceMetrics.CDC_EVENTS));
    }
}
