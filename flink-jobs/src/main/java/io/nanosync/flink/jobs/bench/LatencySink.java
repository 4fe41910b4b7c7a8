package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Compares the commit time of each change with the clock, which is the server's: both run on one
 * machine.
 *
 * @param name name of the {@link Latencies}
 */
record LatencySink(String name) implements Sink<ChangeBatch> {

    private static final long serialVersionUID = 1L;

    @Override
    public SinkWriter<ChangeBatch> createWriter(WriterInitContext context) {
        return new Writer(Latencies.named(name));
    }

    private record Writer(Latencies latencies) implements SinkWriter<ChangeBatch> {

        @Override
        public void write(ChangeBatch batch, Context context) {
            for (ChangeRow row : batch.rows()) {
                Long committed = row.commitTimestampMicros();
                if (committed != null) {
                    latencies.add(
                            ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) - committed);
                }
            }
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
    }
}
