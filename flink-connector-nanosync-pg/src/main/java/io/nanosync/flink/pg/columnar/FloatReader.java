package io.nanosync.flink.pg.columnar;

import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads Arrow's FloatingPoint of 32 and 64 bits. */
final class FloatReader extends ColumnReader {

    private final int data;
    private final boolean single;

    FloatReader(Field field, BatchBuffers buffers, ArrowType.FloatingPoint type) {
        super(field, buffers);
        data = buffers.next();
        single = type.getPrecision() == FloatingPointPrecision.SINGLE;
    }

    @Override
    float floatValue(int row) {
        return single
                ? Float.intBitsToFloat((int) INT.get(message, data + row * Float.BYTES))
                : super.floatValue(row);
    }

    @Override
    double doubleValue(int row) {
        return single
                ? floatValue(row)
                : Double.longBitsToDouble((long) LONG.get(message, data + row * Double.BYTES));
    }

    @Override
    Object value(int row) {
        return single ? (Object) floatValue(row) : (Object) doubleValue(row);
    }
}
