package io.nanosync.flink.pg.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Where each column of one tuple lies in the buffer it came in. Filled by the decoders of COPY and
 * pgoutput, read by the column decoders; reused for every tuple, so valid only until the next one
 * is read. Nothing is copied.
 */
public final class TupleSlice {

    /** How a column's value was sent. Bytes are those of pgoutput's TupleData. */
    public static final byte NULL = 'n';

    /** An unchanged TOAST value: not sent. */
    public static final byte UNCHANGED = 'u';

    /** The text form, as the type's output function makes it. */
    public static final byte TEXT = 't';

    /** The binary form, as the type's send function makes it. */
    public static final byte BINARY = 'b';

    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int count;
    private byte[] kinds = new byte[16];
    private int[] offsets = new int[16];
    private int[] lengths = new int[16];

    /**
     * Begins a tuple of {@code columns} columns that lie in {@code source}; offsets are absolute
     * indexes into it.
     */
    public void begin(ByteBuffer source, int columns) {
        buffer = source;
        count = columns;
        if (columns > kinds.length) {
            int capacity = Math.max(columns, kinds.length * 2);
            kinds = Arrays.copyOf(kinds, capacity);
            offsets = Arrays.copyOf(offsets, capacity);
            lengths = Arrays.copyOf(lengths, capacity);
        }
    }

    /**
     * Records column {@code index}. Offset and length have no meaning for null and unchanged
     * columns.
     */
    public void set(int index, byte kind, int offset, int length) {
        kinds[index] = kind;
        offsets[index] = offset;
        lengths[index] = length;
    }

    /** The buffer that holds the values: big-endian, backed by an array. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** The number of columns. */
    public int count() {
        return count;
    }

    /** {@link #NULL}, {@link #UNCHANGED}, {@link #TEXT} or {@link #BINARY}. */
    public byte kind(int index) {
        return kinds[index];
    }

    /** Absolute index of the value's first byte in {@link #buffer()}. */
    public int offset(int index) {
        return offsets[index];
    }

    /** Bytes of the value. */
    public int length(int index) {
        return lengths[index];
    }
}
