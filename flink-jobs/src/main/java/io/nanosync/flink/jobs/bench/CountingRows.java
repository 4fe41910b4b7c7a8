package io.nanosync.flink.jobs.bench;

import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;

/**
 * Counts the changes that rows of Flink SQL are of into a {@link Tally}.
 *
 * @param tally name of the tally
 */
record CountingRows(String tally) implements Sink<RowData> {

    private static final long serialVersionUID = 1L;

    @Override
    public SinkWriter<RowData> createWriter(WriterInitContext context) {
        return new Writer(Tally.named(tally), context.getProcessingTimeService());
    }

    /** Tells the tally of some thousand changes at once, and of the last ones soon. */
    private static final class Writer implements SinkWriter<RowData> {

        private static final int AT_ONCE = 4_000;
        private static final long MILLIS = 20;

        private final Tally tally;
        private final ProcessingTimeService timers;
        private ScheduledFuture<?> next;
        private long untold;

        private Writer(Tally tally, ProcessingTimeService timers) {
            this.tally = tally;
            this.timers = timers;
            this.next = timer();
        }

        private ScheduledFuture<?> timer() {
            return timers.registerTimer(
                    timers.getCurrentProcessingTime() + MILLIS,
                    time -> {
                        tell();
                        next = timer();
                    });
        }

        private void tell() {
            tally.count(untold);
            untold = 0;
        }

        @Override
        public void write(RowData row, Context context) {
            // An update is one change, of two rows.
            if (row.getRowKind() != RowKind.UPDATE_BEFORE && ++untold == AT_ONCE) {
                tell();
            }
        }

        @Override
        public void flush(boolean endOfInput) {
            tell();
        }

        @Override
        public void close() {
            next.cancel(false);
        }
    }
}
