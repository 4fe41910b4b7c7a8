package io.nanosync.flink.pg.columnar;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** Reads a vector's buffers as Arrow defines them, apart from the code that wrote them. */
public final class VectorContents implements ColumnVector.BufferWriter {

    private final List<byte[]> buffers = new ArrayList<>();
    private int length;
    private int nulls;

    private VectorContents() {}

    /** The values of a vector in their natural Java form; null where null. */
    public static List<@Nullable Object> of(ColumnVector vector, ArrowType type) {
        VectorContents contents = new VectorContents();
        vector.writeTo(contents);
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < contents.length; i++) {
            values.add(contents.isNull(i) ? null : contents.value(type, i));
        }
        return values;
    }

    @Override
    public void field(int fieldLength, int fieldNulls) {
        length = fieldLength;
        nulls = fieldNulls;
    }

    @Override
    public void buffer(byte[] bytes, int bufferLength) {
        buffers.add(Arrays.copyOf(bytes, bufferLength));
    }

    private boolean isNull(int index) {
        return nulls > 0 && (buffers.get(0)[index >> 3] >> (index & 7) & 1) == 0;
    }

    private Object value(ArrowType type, int index) {
        ByteBuffer data = ByteBuffer.wrap(buffers.get(1)).order(ByteOrder.LITTLE_ENDIAN);
        if (type instanceof ArrowType.Bool) {
            return (data.get(index >> 3) >> (index & 7) & 1) == 1;
        } else if (type instanceof ArrowType.Int integer) {
            return switch (integer.getBitWidth()) {
                case 16 -> (long) data.getShort(index * 2);
                case 32 ->
                        integer.getIsSigned()
                                ? (long) data.getInt(index * 4)
                                : Integer.toUnsignedLong(data.getInt(index * 4));
                default -> data.getLong(index * 8);
            };
        } else if (type instanceof ArrowType.FloatingPoint) {
            return buffers.get(1).length == length * 4
                    ? (Object) data.getFloat(index * 4)
                    : (Object) data.getDouble(index * 8);
        } else if (type instanceof ArrowType.Decimal decimal) {
            return decimal(data, decimal, index);
        } else if (type instanceof ArrowType.Date) {
            return data.getInt(index * 4);
        } else if (type instanceof ArrowType.Time || type instanceof ArrowType.Timestamp) {
            return data.getLong(index * 8);
        } else if (type instanceof ArrowType.FixedSizeBinary binary) {
            int width = binary.getByteWidth();
            return List.of(
                    data.order(ByteOrder.BIG_ENDIAN).getLong(index * width),
                    data.getLong(index * width + 8));
        }
        return variable(type, index, data);
    }

    private static BigDecimal decimal(ByteBuffer data, ArrowType.Decimal type, int index) {
        int width = type.getBitWidth() / 8;
        byte[] bigEndian = new byte[width];
        for (int i = 0; i < width; i++) {
            bigEndian[width - 1 - i] = data.get(index * width + i);
        }
        return new BigDecimal(new BigInteger(bigEndian), type.getScale());
    }

    private Object variable(ArrowType type, int index, ByteBuffer offsets) {
        int start = offsets.getInt(index * 4);
        int end = offsets.getInt(index * 4 + 4);
        byte[] bytes = Arrays.copyOfRange(buffers.get(2), start, end);
        return type instanceof ArrowType.Utf8
                ? new String(bytes, StandardCharsets.UTF_8)
                : List.of(bytes.length, Arrays.hashCode(bytes), Arrays.toString(bytes));
    }
}
