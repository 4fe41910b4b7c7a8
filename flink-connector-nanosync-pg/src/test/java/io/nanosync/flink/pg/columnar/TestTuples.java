package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.wire.TupleSlice;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes tuples as the decoders hand them over. */
public final class TestTuples {

    /** Stands for an unchanged TOAST value. */
    public static final Object UNCHANGED = new Object();

    private TestTuples() {}

    /** A tuple of strings (text form), byte arrays (binary form), nulls and {@link #UNCHANGED}. */
    public static TupleSlice tuple(@Nullable Object... values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write('x');
        int[] offsets = new int[values.length];
        int[] lengths = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            byte[] value = bytesOf(values[i]);
            offsets[i] = bytes.size();
            lengths[i] = value.length;
            bytes.writeBytes(value);
        }
        TupleSlice tuple = new TupleSlice();
        tuple.begin(ByteBuffer.wrap(bytes.toByteArray()), values.length);
        for (int i = 0; i < values.length; i++) {
            tuple.set(i, kind(values[i]), offsets[i], lengths[i]);
        }
        return tuple;
    }

    private static byte[] bytesOf(@Nullable Object value) {
        if (value instanceof byte[] binary) {
            return binary;
        }
        return value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
    }

    private static byte kind(@Nullable Object value) {
        if (value == null) {
            return TupleSlice.NULL;
        } else if (value == UNCHANGED) {
            return TupleSlice.UNCHANGED;
        }
        return value instanceof byte[] ? TupleSlice.BINARY : TupleSlice.TEXT;
    }
}
