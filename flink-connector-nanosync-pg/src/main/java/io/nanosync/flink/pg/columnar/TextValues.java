package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.columnar.decoder.ColumnDecoder;
import io.nanosync.flink.pg.columnar.decoder.TypeMapping;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.PgType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * Values of one type in PostgreSQL's text form, such as the elements of an array, decoded like
 * those of a column. Reused; not thread-safe.
 */
public final class TextValues {

    /** Above this size the memory is given back, so that one huge value doesn't stay for ever. */
    private static final int KEPT_BYTES = 4 << 20;

    private final TypeMapping mapping;
    private final Unrepresentable unrepresentable = Unrepresentable.nulling();
    private final Field field;
    private final RecordBatchEncoder encoder = new RecordBatchEncoder();
    private ColumnDecoder decoder;
    private StructVector struct;
    private long unrepresentableBefore;

    /** Values of a type with its typmod. */
    public TextValues(PgType type, int typmod) {
        mapping = TypeMapping.of(type, typmod);
        decoder = mapping.decoder(unrepresentable);
        struct = new StructVector(List.of(decoder.vector()));
        field =
                new Field(
                        "values",
                        FieldType.notNullable(ArrowType.Struct.INSTANCE),
                        List.of(Field.nullable("value", mapping.arrow())));
    }

    /** Forgets the values. */
    public void clear() {
        struct.reset();
        if (decoder.vector().memoryBytes() > KEPT_BYTES) {
            decoder = mapping.decoder(unrepresentable);
            struct = new StructVector(List.of(decoder.vector()));
        }
        unrepresentableBefore = unrepresentable.count();
    }

    /** Adds null. */
    public void addNull() {
        struct.begin(struct.count());
        decoder.vector().appendNull();
    }

    /**
     * Adds a value.
     *
     * @throws io.nanosync.flink.pg.wire.MalformedMessageException when the bytes aren't the text of
     *     such a value
     */
    public void add(ByteBuffer utf8, int offset, int length) {
        struct.begin(struct.count());
        decoder.text(utf8, offset, length);
    }

    /** How many there are. */
    public int count() {
        return struct.count();
    }

    /** Whether Arrow's type holds all of them; where it doesn't hold one, null stands for it. */
    public boolean representable() {
        return unrepresentable.count() == unrepresentableBefore;
    }

    /** The values added since they were cleared, each as a row of one column. */
    public IntFunction<RowImage> rows() {
        struct.writeTo(encoder, struct.count());
        StructReader reader =
                new StructReader(field, new BatchBuffers(encoder.encode(struct.count())));
        return row -> new HeapRowImage(reader, row);
    }
}
