package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import java.nio.ByteBuffer;

/**
 * Writes the values of one column into its vector; chosen once a column, never a value. Every call
 * appends exactly one value or throws. Buffers are big-endian with absolute indexes; nothing is
 * kept of them.
 */
public abstract class ColumnDecoder {

    /** The vector that this decoder fills. */
    public abstract ColumnVector vector();

    /**
     * Appends a value in its binary form.
     *
     * @throws io.nanosync.flink.pg.wire.MalformedMessageException when the bytes aren't such a
     *     value
     * @throws UnrepresentableValueException when the vector can't hold the value and the policy is
     *     to fail
     */
    public abstract void binary(ByteBuffer buffer, int offset, int length);

    /** Appends a value in its text form; errors as in {@link #binary}. */
    public abstract void text(ByteBuffer buffer, int offset, int length);
}
