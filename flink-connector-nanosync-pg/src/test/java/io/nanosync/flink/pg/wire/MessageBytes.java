package io.nanosync.flink.pg.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes messages as a server does, byte by byte. */
public final class MessageBytes {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    public MessageBytes int8(int value) {
        return write(() -> out.writeByte(value));
    }

    public MessageBytes int16(int value) {
        return write(() -> out.writeShort(value));
    }

    public MessageBytes int32(int value) {
        return write(() -> out.writeInt(value));
    }

    public MessageBytes int64(long value) {
        return write(() -> out.writeLong(value));
    }

    public MessageBytes bytes(byte... value) {
        return write(() -> out.write(value));
    }

    /** A string with its zero byte. */
    public MessageBytes string(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8)).int8(0);
    }

    /** A value with its length in front. */
    public MessageBytes counted(byte... value) {
        return int32(value.length).bytes(value);
    }

    /** A column's value in text form, as in TupleData. */
    public MessageBytes text(String value) {
        return int8('t').counted(value.getBytes(StandardCharsets.UTF_8));
    }

    /** A column's value in binary form, as in TupleData. */
    public MessageBytes binary(byte... value) {
        return int8('b').counted(value);
    }

    public byte[] array() {
        return bytes.toByteArray();
    }

    /** The message in the middle of a larger buffer, as a network client has it. */
    public ByteBuffer buffer() {
        byte[] message = array();
        byte[] larger = new byte[message.length + 12];
        System.arraycopy(message, 0, larger, 7, message.length);
        return ByteBuffer.wrap(larger, 7, message.length);
    }

    private interface Write {
        void run() throws IOException;
    }

    private MessageBytes write(Write write) {
        try {
            write.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
