package io.nanosync.flink.pg.columnar;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;

/**
 * Writes change batches of one schema as an Arrow IPC file by appending their bytes: magic, schema,
 * record batches, end of stream, footer, length of the footer, magic. The stream belongs to the
 * caller, who closes it; what comes before it in the stream must be nothing, since the footer
 * counts from the file's first byte. Not thread-safe.
 *
 * <p>Source: Arrow columnar format, "IPC File Format".
 */
public final class ArrowFileWriter {

    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

    /** The magic at the beginning is padded to a multiple of 8. */
    private static final byte[] PADDED_MAGIC = "ARROW1\0\0".getBytes(StandardCharsets.US_ASCII);

    /** A continuation marker and a length of 0. */
    private static final byte[] END_OF_STREAM = {-1, -1, -1, -1, 0, 0, 0, 0};

    private final OutputStream out;
    private final ChangeSchema schema;
    private final List<ArrowBlock> blocks = new ArrayList<>();
    private long writtenBytes;
    private boolean finished;

    /** Begins a file: writes magic and schema. */
    public ArrowFileWriter(OutputStream out, ChangeSchema schema) throws IOException {
        this.out = out;
        this.schema = schema;
        write(PADDED_MAGIC);
        write(schema.ipc());
    }

    /**
     * Appends the rows of a batch.
     *
     * @throws IllegalArgumentException when the batch has another schema than the file
     * @throws IllegalStateException after {@link #finish}
     */
    public void append(ChangeBatch batch) throws IOException {
        checkOpen();
        if (!batch.schema().equals(schema)) {
            throw new IllegalArgumentException(
                    "Cannot append a batch of "
                            + batch.schema()
                            + " to an Arrow file of "
                            + schema
                            + ": a file has one schema; begin another file");
        }
        byte[] message = batch.recordBatch();
        int metadataBytes = IpcFrame.bodyOffset(message);
        blocks.add(new ArrowBlock(writtenBytes, metadataBytes, message.length - metadataBytes));
        write(message);
    }

    /**
     * Writes the footer, after which the file is complete; neither flushes nor closes the stream.
     *
     * @throws IllegalStateException when it was called before
     */
    public void finish() throws IOException {
        checkOpen();
        finished = true;
        write(END_OF_STREAM);
        FlatBufferBuilder builder = new FlatBufferBuilder();
        builder.finish(new ArrowFooter(schema.arrow(), List.of(), blocks).writeTo(builder));
        byte[] footer = builder.sizedByteArray();
        write(footer);
        write(
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(footer.length)
                        .array());
        write(MAGIC);
    }

    /** Bytes written so far. */
    public long writtenBytes() {
        return writtenBytes;
    }

    private void checkOpen() {
        if (finished) {
            throw new IllegalStateException(
                    "The Arrow file of " + schema.table() + " is finished already");
        }
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        writtenBytes += bytes.length;
    }
}
