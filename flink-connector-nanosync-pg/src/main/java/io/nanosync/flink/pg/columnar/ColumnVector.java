package io.nanosync.flink.pg.columnar;

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

    private byte[] validity = new byte[128];
    private int nulls;

    /** Values appended so far, nulls included. */
    protected int count;

    /** Appends null. */
    public abstract void appendNull();

    /** The buffers in the order of an Arrow record batch. */
    abstract void writeTo(BufferWriter writer);

    /** Bytes that the values take, without padding. */
    abstract long bytes();

    /** Empties the vector; its memory stays. */
    public void reset() {
        Arrays.fill(validity, 0, (count + 7) >> 3, (byte) 0);
        count = 0;
        nulls = 0;
    }

    /** Marks the next slot valid and moves on. */
    protected final void markValid() {
        int at = count >> 3;
        if (at == validity.length) {
            validity = Arrays.copyOf(validity, at * 2);
        }
        validity[at] |= (byte) (1 << (count & 7));
        count++;
    }

    /** Marks the next slot null and moves on. */
    protected final void markNull() {
        int at = count >> 3;
        if (at == validity.length) {
            validity = Arrays.copyOf(validity, at * 2);
        }
        count++;
        nulls++;
    }

    /** Values appended so far. */
    public final int count() {
        return count;
    }

    final int nulls() {
        return nulls;
    }

    final byte[] validity() {
        return validity;
    }

    /** Receives the buffers of a vector: the encoder of record batches. */
    interface BufferWriter {
        /** One field's length and number of nulls; comes before its buffers. */
        void field(int length, int nulls);

        /** One buffer; copied at once. */
        void buffer(byte[] bytes, int length);
    }
}
