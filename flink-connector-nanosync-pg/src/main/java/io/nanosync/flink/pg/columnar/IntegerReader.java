package io.nanosync.flink.pg.columnar;

import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads Arrow's Int of 16, 32 and 64 bits. */
final class IntegerReader extends ColumnReader {

    private final int data;
    private final int bits;
    private final boolean signed;

    IntegerReader(Field field, BatchBuffers buffers, ArrowType.Int type) {
        super(field, buffers);
        data = buffers.next();
        bits = type.getBitWidth();
        signed = type.getIsSigned();
    }

    @Override
    int intValue(int row) {
        return switch (bits) {
            case Short.SIZE -> (short) SHORT.get(message, data + row * Short.BYTES);
            case Integer.SIZE -> (int) INT.get(message, data + row * Integer.BYTES);
            default -> super.intValue(row);
        };
    }

    @Override
    long longValue(int row) {
        if (bits == Long.SIZE) {
            return (long) LONG.get(message, data + row * Long.BYTES);
        }
        int value = intValue(row);
        return signed ? value : Integer.toUnsignedLong(value);
    }

    @Override
    Object value(int row) {
        return switch (bits) {
            case Short.SIZE -> (short) intValue(row);
            case Integer.SIZE -> signed ? (Object) intValue(row) : (Object) longValue(row);
            default -> longValue(row);
        };
    }
}
