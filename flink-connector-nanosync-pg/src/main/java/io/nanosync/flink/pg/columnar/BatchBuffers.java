package io.nanosync.flink.pg.columnar;

import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Walks the fields and buffers of an encoded record batch in their order: for each field first
 * {@link #validity}, then its other buffers with {@link #next}.
 */
final class BatchBuffers {

    private final byte[] message;
    private final int body;
    private final RecordBatch batch;
    private final FieldNode node = new FieldNode();
    private final Buffer buffer = new Buffer();
    private int nextField;
    private int nextBuffer;

    /**
     * Begins at the first field.
     *
     * @throws IllegalArgumentException when the bytes aren't a record batch
     */
    BatchBuffers(byte[] message) {
        this.message = message;
        this.body = IpcFrame.bodyOffset(message);
        this.batch =
                (RecordBatch)
                        IpcFrame.read(message, MessageHeader.RecordBatch).header(new RecordBatch());
    }

    byte[] message() {
        return message;
    }

    int rows() {
        return (int) batch.length();
    }

    /** Index of the next field's validity bitmap in the message; -1 when it has no nulls. */
    int validity() {
        boolean nulls = batch.nodes(node, nextField++).nullCount() > 0;
        int offset = next();
        return nulls ? offset : -1;
    }

    /** Index of the next buffer in the message. */
    int next() {
        return body + (int) batch.buffers(buffer, nextBuffer++).offset();
    }
}
