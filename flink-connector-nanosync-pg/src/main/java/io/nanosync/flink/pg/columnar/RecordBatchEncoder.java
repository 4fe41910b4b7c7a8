package io.nanosync.flink.pg.columnar;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.Arrays;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Encodes vectors as one encapsulated Arrow IPC record batch: first the vectors hand over their
 * buffers, then {@link #encode} lays them out, each padded to 8 bytes, and copies them once.
 * Reused.
 */
final class RecordBatchEncoder implements ColumnVector.BufferWriter {

    /** Stands for a buffer that is all zeros, which needs no copying. */
    private static final byte[] ZEROS = new byte[0];

    private final FlatBufferBuilder metadata = new FlatBufferBuilder(4096);

    private long[] fieldLengths = new long[32];
    private long[] fieldNulls = new long[32];
    private int fields;

    private byte[][] buffers = new byte[64][];

    private long[] bufferOffsets = new long[64];
    private int[] bufferLengths = new int[64];
    private int bufferCount;
    private long bodyBytes;

    @Override
    public void field(int length, int nulls) {
        if (fields == fieldLengths.length) {
            fieldLengths = Arrays.copyOf(fieldLengths, fields * 2);
            fieldNulls = Arrays.copyOf(fieldNulls, fields * 2);
        }
        fieldLengths[fields] = length;
        fieldNulls[fields] = nulls;
        fields++;
    }

    @Override
    public void buffer(byte[] bytes, int length) {
        add(bytes, length);
    }

    @Override
    public void zeros(int length) {
        add(ZEROS, length);
    }

    private void add(byte[] bytes, int length) {
        if (bufferCount == buffers.length) {
            buffers = Arrays.copyOf(buffers, bufferCount * 2);
            bufferOffsets = Arrays.copyOf(bufferOffsets, bufferCount * 2);
            bufferLengths = Arrays.copyOf(bufferLengths, bufferCount * 2);
        }
        buffers[bufferCount] = bytes;
        bufferOffsets[bufferCount] = bodyBytes;
        bufferLengths[bufferCount] = length;
        bufferCount++;
        bodyBytes += IpcFrame.padded(length);
    }

    /** The message of what was handed over since the last call. */
    byte[] encode(int rows) {
        byte[] message =
                IpcFrame.message(metadata, MessageHeader.RecordBatch, header(rows), bodyBytes);
        int body = message.length - (int) bodyBytes;
        for (int i = 0; i < bufferCount; i++) {
            byte[] buffer = buffers[i];
            if (buffer != ZEROS) {
                System.arraycopy(
                        buffer, 0, message, body + (int) bufferOffsets[i], bufferLengths[i]);
            }
        }
        clear();
        return message;
    }

    private int header(int rows) {
        RecordBatch.startNodesVector(metadata, fields);
        for (int i = fields - 1; i >= 0; i--) {
            FieldNode.createFieldNode(metadata, fieldLengths[i], fieldNulls[i]);
        }
        int nodes = metadata.endVector();
        RecordBatch.startBuffersVector(metadata, bufferCount);
        for (int i = bufferCount - 1; i >= 0; i--) {
            Buffer.createBuffer(metadata, bufferOffsets[i], bufferLengths[i]);
        }
        int bufferVector = metadata.endVector();
        RecordBatch.startRecordBatch(metadata);
        RecordBatch.addLength(metadata, rows);
        RecordBatch.addNodes(metadata, nodes);
        RecordBatch.addBuffers(metadata, bufferVector);
        return RecordBatch.endRecordBatch(metadata);
    }

    private void clear() {
        Arrays.fill(buffers, 0, bufferCount, ZEROS);
        metadata.clear();
        fields = 0;
        bufferCount = 0;
        bodyBytes = 0;
    }
}
