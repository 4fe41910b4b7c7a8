package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Counts the rows of each batch into a {@link Tally} and throws the batch away.
 *
 * @param tally name of the tally
 */
record CountingSink(String tally) implements Sink<ChangeBatch> {

    private static final long serialVersionUID = 1L;

    @Override
    public SinkWriter<ChangeBatch> createWriter(WriterInitContext context) {
        return new Writer(Tally.named(tally));
    }

    private record Writer(Tally tally) implements SinkWriter<ChangeBatch> {

        @Override
        public void write(ChangeBatch batch, Context context) {
            tally.count(batch.rowCount());
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
    }
}
