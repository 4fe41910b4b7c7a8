package io.nanosync.flink.jobs.sink;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** A sink without state that does something with each batch. */
final class EachBatch implements Sink<ChangeBatch> {

    private static final long serialVersionUID = 1L;

    private final Action action;

    EachBatch(Action action) {
        this.action = action;
    }

    /** What is done with a batch. */
    interface Action extends Serializable {
        void accept(ChangeBatch batch) throws IOException;
    }

    @Override
    public SinkWriter<ChangeBatch> createWriter(WriterInitContext context) {
        return new SinkWriter<>() {
            @Override
            public void write(ChangeBatch batch, Context batchContext) throws IOException {
                action.accept(batch);
            }

            @Override
            public void flush(boolean endOfInput) {
                // Nothing is held back.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }
}
