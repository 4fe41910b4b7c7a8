package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.wire.HeapTooSmallException;
import java.util.Arrays;

/**
 * One column under construction, on the heap, laid out as Arrow lays out a vector: a validity
 * bitmap (least significant bit first), then what the subclass adds. Values are appended; {@link
 * #reset} empties it and keeps its memory. Not thread-safe: the fetcher that fills a batch owns its
 * vectors.
 *
 * <p>Source: Arrow columnar format, "Physical Memory Layout".
 */
public abstract class ColumnVector {

    /** The largest array that every JVM can make. */
    static final int MAX_BYTES = Integer.MAX_VALUE - 64;

    /** Values that the first memory holds; none is taken before the first value. */
    static final int FIRST_VALUES = 64;

    /** Kept only from the first null on, which spares most columns the work. */
    private byte[] validity = new byte[0];

    private int nulls;

    /** Values appended so far, nulls included. */
    protected int count;

    /** Appends null. */
    public final void appendNull() {
        appendNulls(1);
    }

    /** Appends {@code number} nulls at once. */
    public abstract void appendNulls(int number);

    /** Hands over the buffers in the order of an Arrow record batch. */
    abstract void writeTo(BufferWriter writer);

    /** Hands over the buffers of such a vector with {@code number} nulls and no values. */
    abstract void writeNullsTo(BufferWriter writer, int number);

    /** Bytes that a value takes even when it is null. */
    abstract int fixedBytes();

    /** Bytes that the values take in addition to {@link #fixedBytes}. */
    abstract long variableBytes();

    /** Bytes of memory that the vector holds, whether values fill them or not. */
    long memoryBytes() {
        return validity.length;
    }

    /** Empties the vector; its memory stays. */
    public void reset() {
        if (nulls > 0) {
            Arrays.fill(validity, 0, bitmapBytes(count), (byte) 0);
        }
        count = 0;
        nulls = 0;
    }

    /** Marks the next slot valid and moves on. */
    protected final void markValid() {
        if (nulls > 0) {
            reserveValidity(count + 1);
            validity[count >> 3] |= (byte) (1 << (count & 7));
        }
        count++;
    }

    /** Marks the next slots valid and moves on. */
    protected final void markValid(int number) {
        if (nulls > 0) {
            reserveValidity(count + number);
            setBits(validity, count, count + number);
        }
        count += number;
    }

    /** Marks the next slots null and moves on. */
    protected final void markNull(int number) {
        if (number == 0) {
            return;
        }
        reserveValidity(count + number);
        if (nulls == 0) {
            setBits(validity, 0, count);
        }
        count += number;
        nulls += number;
    }

    private void reserveValidity(int slots) {
        int needed = bitmapBytes(slots);
        if (needed > validity.length) {
            validity = enlarged(validity, grown(validity.length, needed, FIRST_VALUES));
        }
    }

    private static void setBits(byte[] bitmap, int from, int to) {
        int at = from;
        while (at < to && (at & 7) != 0) {
            bitmap[at >> 3] |= (byte) (1 << (at & 7));
            at++;
        }
        if (at < to) {
            Arrays.fill(bitmap, at >> 3, to >> 3, (byte) 0xFF);
            if ((to & 7) != 0) {
                bitmap[to >> 3] |= (byte) ((1 << (to & 7)) - 1);
            }
        }
    }

    /** Values appended so far. */
    public final int count() {
        return count;
    }

    final int nulls() {
        return nulls;
    }

    /**
     * Hands over length, number of nulls and the validity bitmap: what every vector begins with.
     */
    final void writeValidity(BufferWriter writer) {
        writer.field(count, nulls);
        writer.buffer(validity, nulls == 0 ? 0 : bitmapBytes(count));
    }

    /** The same for a vector of nulls only. */
    static void writeNullValidity(BufferWriter writer, int number) {
        writer.field(number, number);
        writer.zeros(bitmapBytes(number));
    }

    /** The size of memory that grows to hold at least {@code needed} bytes: doubled. */
    static int grown(int bytes, int needed, int firstBytes) {
        return (int) Math.min(Math.max(Math.max(needed, firstBytes), bytes * 2L), MAX_BYTES);
    }

    /**
     * A larger copy.
     *
     * @throws HeapTooSmallException when there is no memory for it
     */
    static byte[] enlarged(byte[] bytes, int capacity) {
        try {
            return Arrays.copyOf(bytes, capacity);
        } catch (OutOfMemoryError e) {
            throw HeapTooSmallException.of(
                    "A buffer of " + HeapTooSmallException.megabytes(capacity), capacity, e);
        }
    }

    /** Bytes of a bitmap for so many values. */
    static int bitmapBytes(int values) {
        return (values + 7) >> 3;
    }

    /** Receives the buffers of a vector: the encoder of record batches. */
    interface BufferWriter {
        /** One field's length and number of nulls; comes before its buffers. */
        void field(int length, int nulls);

        /** One buffer; not copied, so it must stay as it is until the batch is encoded. */
        void buffer(byte[] bytes, int length);

        /** One buffer of zeros. */
        default void zeros(int length) {
            buffer(new byte[length], length);
        }
    }
}
