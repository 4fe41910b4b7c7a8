package io.nanosync.flink.pg.columnar;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Loads an encoded record batch into off-heap Arrow vectors with Arrow's own deserializer. The body
 * is copied with {@link ArrowBuf#setBytes}: Arrow's stream reader would need {@code java.nio}
 * opened.
 */
final class BatchLoader {

    private BatchLoader() {}

    static VectorSchemaRoot load(Schema schema, byte[] message, BufferAllocator allocator) {
        RecordBatch metadata =
                (RecordBatch)
                        IpcFrame.read(message, MessageHeader.RecordBatch).header(new RecordBatch());
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        try (ArrowRecordBatch batch = batch(metadata, message, allocator)) {
            new VectorLoader(root).load(batch);
            return root;
        } catch (Throwable e) {
            root.close();
            throw e;
        }
    }

    private static ArrowRecordBatch batch(
            RecordBatch metadata, byte[] message, BufferAllocator allocator) {
        int offset = IpcFrame.bodyOffset(message);
        int length = message.length - offset;
        ArrowBuf body = allocator.buffer(length);
        try {
            body.setBytes(0, message, offset, length);
            // The batch retains slices of the body, and our own reference is released within.
            return MessageSerializer.deserializeRecordBatch(metadata, body);
        } catch (IOException e) {
            body.close();
            throw new UncheckedIOException("Cannot read the batch from memory", e);
        } catch (RuntimeException e) {
            body.close();
            throw e;
        }
    }
}
