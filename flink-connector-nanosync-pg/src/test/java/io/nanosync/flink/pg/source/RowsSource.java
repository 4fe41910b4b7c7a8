package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.columnar.RowImage;
import io.nanosync.flink.pg.source.split.PgSplit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;

/**
 * The source as one of rows, for tests of Flink that compare elements: the text in the first column
 * of each inserted row, handed on within the source's own operator.
 */
final class RowsSource extends DelegatingSource<String> {

    private static final long serialVersionUID = 1L;

    private final PgSource source;

    RowsSource(PgSource source) {
        this.source = source;
    }

    @Override
    protected PgSource source() {
        return source;
    }

    @Override
    public SourceReader<String, PgSplit> createReader(SourceReaderContext context) {
        return new Reader(source.createReader(context));
    }

    @Override
    public TypeInformation<String> getProducedType() {
        return Types.STRING;
    }

    private record Reader(SourceReader<ChangeBatch, PgSplit> reader)
            implements SourceReader<String, PgSplit> {

        @Override
        public void start() {
            reader.start();
        }

        @Override
        public InputStatus pollNext(ReaderOutput<String> output) throws Exception {
            return reader.pollNext(new OfReader(output));
        }

        @Override
        public List<PgSplit> snapshotState(long checkpointId) {
            return reader.snapshotState(checkpointId);
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return reader.isAvailable();
        }

        @Override
        public void addSplits(List<PgSplit> splits) {
            reader.addSplits(splits);
        }

        @Override
        public void notifyNoMoreSplits() {
            reader.notifyNoMoreSplits();
        }

        @Override
        public void handleSourceEvents(SourceEvent event) {
            reader.handleSourceEvents(event);
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) throws Exception {
            reader.notifyCheckpointComplete(checkpointId);
        }

        @Override
        public void notifyCheckpointAborted(long checkpointId) throws Exception {
            reader.notifyCheckpointAborted(checkpointId);
        }

        @Override
        public void close() throws Exception {
            reader.close();
        }
    }

    /** Gives on the rows of batches. */
    private static class OfSplit<O extends SourceOutput<String>>
            implements SourceOutput<ChangeBatch> {

        final O output;

        OfSplit(O output) {
            this.output = output;
        }

        @Override
        public void collect(ChangeBatch batch) {
            for (ChangeRow row : batch.rows()) {
                RowImage after = Objects.requireNonNull(row.after());
                output.collect(after.stringValue(0));
            }
        }

        @Override
        public void collect(ChangeBatch batch, long timestamp) {
            collect(batch);
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            output.emitWatermark(watermark);
        }

        @Override
        public void markIdle() {
            output.markIdle();
        }

        @Override
        public void markActive() {
            output.markActive();
        }
    }

    private static final class OfReader extends OfSplit<ReaderOutput<String>>
            implements ReaderOutput<ChangeBatch> {

        OfReader(ReaderOutput<String> output) {
            super(output);
        }

        @Override
        public SourceOutput<ChangeBatch> createOutputForSplit(String splitId) {
            return new OfSplit<>(output.createOutputForSplit(splitId));
        }

        @Override
        public void releaseOutputForSplit(String splitId) {
            output.releaseOutputForSplit(splitId);
        }
    }
}
