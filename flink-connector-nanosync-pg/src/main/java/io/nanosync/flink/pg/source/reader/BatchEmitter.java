package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamPaused;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamResumed;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamRuns;
import io.nanosync.flink.pg.source.metrics.MetricScope;
import io.nanosync.flink.pg.source.split.PgSplit;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.OperatorIOMetricGroup;

/** Emits what was fetched, counts it, and moves the split's state. Runs on the task thread. */
final class BatchEmitter implements RecordEmitter<Fetched, ChangeBatch, SplitState> {

    private final MetricScope pipeline;
    private final Counter rowsIn;
    private final Counter bytesIn;
    private final StreamMetrics streamMetrics;
    private final Map<QualifiedName, TableCounters> tables = new HashMap<>();
    private BiConsumer<PgSplit, String> onLost = (split, reason) -> {};
    private Consumer<PgSourceEvent> onStream = event -> {};

    BatchEmitter(MetricScope pipeline, OperatorIOMetricGroup io, StreamMetrics streamMetrics) {
        this.pipeline = pipeline;
        this.streamMetrics = streamMetrics;
        this.rowsIn = io.getNumRecordsInCounter();
        this.bytesIn = io.getNumBytesInCounter();
    }

    /** Says whom to tell of a snapshot that was lost. */
    void onLost(BiConsumer<PgSplit, String> listener) {
        onLost = listener;
    }

    /** Says whom to tell what becomes of the stream. */
    void onStream(Consumer<PgSourceEvent> listener) {
        onStream = listener;
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
            onStream.accept(new StreamPaused(paused.report()));
        } else if (fetched instanceof Fetched.Resumed resumed) {
            onStream.accept(new StreamResumed(resumed.drifts()));
        }
    }

    private void emit(Fetched.Page page, SourceOutput<ChangeBatch> output) {
        StreamPage stream = page.stream();
        for (ChangeBatch batch : page.batches()) {
            if (stream == null) {
                output.collect(batch);
            } else {
                output.collect(batch, stream.newestCommitMillis());
            }
            rowsIn.inc(batch.rowCount());
            tables.computeIfAbsent(batch.table(), this::counters).count(batch);
        }
        bytesIn.inc(page.receivedBytes());
        if (stream != null) {
            streamMetrics.emitted(stream);
        }
    }

    private TableCounters counters(QualifiedName table) {
        return TableCounters.in(pipeline.table(table));
    }
}
