package io.nanosync.flink.pg.columnar;

import com.google.flatbuffers.FlatBufferBuilder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MetadataVersion;

/**
 * The frame of an encapsulated Arrow IPC message: Int32 -1, Int32 length of the metadata, the
 * metadata (a FlatBuffers {@code Message}) padded so that the body begins at a multiple of 8, the
 * body. All little-endian.
 *
 * <p>Source: Arrow columnar format, "Encapsulated message format".
 */
final class IpcFrame {

    /** Bytes before the metadata. */
    static final int PREFIX_BYTES = 2 * Integer.BYTES;

    private static final int CONTINUATION = -1;
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private IpcFrame() {}

    /** The next multiple of 8. */
    static long padded(long length) {
        return (length + 7) & ~7L;
    }

    /**
     * Completes a message.
     *
     * @param header offset of its header in the builder
     * @return the message with room for the body, which is all zeros
     */
    static byte[] message(FlatBufferBuilder builder, byte headerType, int header, long bodyBytes) {
        Message.startMessage(builder);
        Message.addBodyLength(builder, bodyBytes);
        Message.addHeader(builder, header);
        Message.addHeaderType(builder, headerType);
        Message.addVersion(builder, MetadataVersion.V5);
        builder.finish(Message.endMessage(builder));
        ByteBuffer metadata = builder.dataBuffer();
        int metadataBytes = metadata.remaining();
        int paddedBytes = (int) padded(metadataBytes);
        long total = PREFIX_BYTES + paddedBytes + bodyBytes;
        if (total > ColumnVector.MAX_BYTES) {
            throw new IllegalStateException(
                    "A batch would take "
                            + total
                            + " bytes, more than one array can hold ("
                            + ColumnVector.MAX_BYTES
                            + ")");
        }
        byte[] message = new byte[(int) total];
        INT.set(message, 0, CONTINUATION);
        INT.set(message, Integer.BYTES, paddedBytes);
        metadata.get(metadata.position(), message, PREFIX_BYTES, metadataBytes);
        return message;
    }

    /** Index of the first byte of the body. */
    static int bodyOffset(byte[] message) {
        return PREFIX_BYTES + (int) INT.get(message, Integer.BYTES);
    }

    /**
     * Reads a message's metadata.
     *
     * @throws IllegalArgumentException when the bytes don't begin like a message of that type
     */
    static Message read(byte[] message, byte headerType) {
        if (message.length < PREFIX_BYTES
                || (int) INT.get(message, 0) != CONTINUATION
                || (int) INT.get(message, Integer.BYTES) < 0
                || (int) INT.get(message, Integer.BYTES) > message.length - PREFIX_BYTES) {
            throw new IllegalArgumentException(
                    "Not an encapsulated Arrow message: expected a continuation marker and the"
                            + " length of the metadata in front of "
                            + message.length
                            + " bytes");
        }
        ByteBuffer metadata =
                ByteBuffer.wrap(message, PREFIX_BYTES, bodyOffset(message) - PREFIX_BYTES)
                        .slice()
                        .order(ByteOrder.LITTLE_ENDIAN);
        Message parsed = Message.getRootAsMessage(metadata);
        if (parsed.headerType() != headerType) {
            throw new IllegalArgumentException(
                    "Not the Arrow message expected: header type "
                            + parsed.headerType()
                            + " in place of "
                            + headerType);
        }
        return parsed;
    }
}
