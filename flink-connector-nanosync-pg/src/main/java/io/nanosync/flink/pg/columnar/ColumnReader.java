package io.nanosync.flink.pg.columnar;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Reads one column of an encoded record batch, by row, straight from the bytes. Accessors other
 * than {@link #isNull} demand a value that isn't null; one that doesn't fit the column's type
 * throws {@link IllegalStateException}.
 */
abstract class ColumnReader {

    static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    final byte[] message;
    private final Field field;

    /** Index of the validity bitmap; -1 when there are no nulls. */
    private final int validity;

    ColumnReader(Field field, BatchBuffers buffers) {
        this.field = field;
        this.message = buffers.message();
        this.validity = buffers.validity();
    }

    /** The reader of a column of any type that change batches have. */
    static ColumnReader of(Field field, BatchBuffers buffers) {
        ArrowType type = storage(field.getType());
        return switch (type.getTypeID()) {
            case Struct -> new StructReader(field, buffers);
            case List -> new IntListReader(field, buffers);
            case Bool -> new BooleanReader(field, buffers);
            case Int -> new IntegerReader(field, buffers, (ArrowType.Int) type);
            case FloatingPoint -> new FloatReader(field, buffers, (ArrowType.FloatingPoint) type);
            case Decimal -> new DecimalReader(field, buffers, (ArrowType.Decimal) type);
            case Date -> new DateReader(field, buffers);
            case Time -> new TimeReader(field, buffers);
            case Timestamp -> new TimestampReader(field, buffers, (ArrowType.Timestamp) type);
            case Utf8, Binary -> new BytesReader(field, buffers, type);
            case FixedSizeBinary -> new UuidReader(field, buffers);
            default ->
                    throw new IllegalStateException(
                            "Column \""
                                    + field.getName()
                                    + "\" has an Arrow type that change"
                                    + " batches don't use: "
                                    + type);
        };
    }

    /** How values of a type are stored: of an extension type its storage type. */
    static ArrowType storage(ArrowType type) {
        return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
    }

    final String name() {
        return field.getName();
    }

    final boolean isNull(int row) {
        return validity >= 0 && (message[validity + (row >> 3)] >> (row & 7) & 1) == 0;
    }

    /** The value as the natural Java object. */
    abstract Object value(int row);

    boolean booleanValue(int row) {
        throw other("booleanValue");
    }

    int intValue(int row) {
        throw other("intValue");
    }

    long longValue(int row) {
        throw other("longValue");
    }

    float floatValue(int row) {
        throw other("floatValue");
    }

    double doubleValue(int row) {
        throw other("doubleValue");
    }

    BigDecimal decimalValue(int row) {
        throw other("decimalValue");
    }

    byte[] bytesValue(int row) {
        throw other("bytesValue");
    }

    void bytes(int row, BytesReceiver to) {
        throw other("bytes");
    }

    String stringValue(int row) {
        throw other("stringValue");
    }

    private IllegalStateException other(String accessor) {
        return new IllegalStateException(
                "Column \""
                        + field.getName()
                        + "\" is "
                        + field.getType()
                        + " and can't be read with "
                        + accessor);
    }
}
