package io.nanosync.flink.pg.columnar;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads Arrow's Decimal of 128 and 256 bits: a little-endian integer and the column's scale. */
final class DecimalReader extends ColumnReader {

    /** Every decimal of this precision fits a long. */
    private static final int LONG_PRECISION = 18;

    private final int data;
    private final int width;
    private final int scale;
    private final boolean fitsLong;

    DecimalReader(Field field, BatchBuffers buffers, ArrowType.Decimal type) {
        super(field, buffers);
        data = buffers.next();
        width = type.getBitWidth() / Byte.SIZE;
        scale = type.getScale();
        fitsLong = type.getPrecision() <= LONG_PRECISION;
    }

    @Override
    BigDecimal decimalValue(int row) {
        int at = data + row * width;
        if (fitsLong) {
            return BigDecimal.valueOf((long) LONG.get(message, at), scale);
        }
        byte[] bigEndian = new byte[width];
        for (int i = 0; i < width; i++) {
            bigEndian[i] = message[at + width - 1 - i];
        }
        return new BigDecimal(new BigInteger(bigEndian), scale);
    }

    @Override
    BigDecimal value(int row) {
        return decimalValue(row);
    }
}
