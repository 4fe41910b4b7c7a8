package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.columnar.decoder.ColumnDecoder;
import io.nanosync.flink.pg.columnar.decoder.TypeMapping;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.PgType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * Values in PostgreSQL's text form, such as the elements of an array or the fields of a composite,
 * decoded like those of columns. Reused; not thread-safe.
 */
public final class TextValues {

    /** Above this size the memory is given back, so that one huge value doesn't stay for ever. */
    private static final int KEPT_BYTES = 4 << 20;

    private final List<TypeMapping> mappings;
    private final Unrepresentable unrepresentable = Unrepresentable.nulling();
    private final Field field;
    private final RecordBatchEncoder encoder = new RecordBatchEncoder();
    private List<ColumnDecoder> decoders;
    private StructVector struct;
    private long unrepresentableBefore;

    /** Values of a type with its typmod, one a row. */
    public TextValues(PgType type, int typmod) {
        this(List.of(new PgType.Attribute("value", type, typmod)));
    }

    /** Rows of these fields. */
    public TextValues(List<PgType.Attribute> fields) {
        mappings = fields.stream().map(one -> TypeMapping.of(one.type(), one.typmod())).toList();
        decoders = decoders();
        struct = struct(decoders);
        List<Field> children = new ArrayList<>();
        for (int i = 0; i < mappings.size(); i++) {
            children.add(Field.nullable(fields.get(i).name(), mappings.get(i).arrow()));
        }
        field = new Field("values", FieldType.notNullable(ArrowType.Struct.INSTANCE), children);
    }

    private List<ColumnDecoder> decoders() {
        return mappings.stream().map(mapping -> mapping.decoder(unrepresentable)).toList();
    }

    private static StructVector struct(List<ColumnDecoder> decoders) {
        return new StructVector(decoders.stream().map(ColumnDecoder::vector).toList());
    }

    /** Forgets the values. */
    public void clear() {
        struct.reset();
        if (struct.memoryBytes() > KEPT_BYTES) {
            decoders = decoders();
            struct = struct(decoders);
        }
        unrepresentableBefore = unrepresentable.count();
    }

    /** Begins a row; one value of each field follows. */
    public void begin() {
        struct.begin(struct.count());
    }

    /** Adds null as the value of a field. */
    public void addNull(int index) {
        decoders.get(index).vector().appendNull();
    }

    /**
     * Adds a value of a field.
     *
     * @throws io.nanosync.flink.pg.wire.MalformedMessageException when the bytes aren't the text of
     *     such a value
     */
    public void add(int index, ByteBuffer utf8, int offset, int length) {
        decoders.get(index).text(utf8, offset, length);
    }

    /** Adds a row of one field that is null. */
    public void addNull() {
        begin();
        addNull(0);
    }

    /** Adds a row of one field with this value. */
    public void add(ByteBuffer utf8, int offset, int length) {
        begin();
        add(0, utf8, offset, length);
    }

    /** How many rows there are. */
    public int count() {
        return struct.count();
    }

    /** Whether Arrow's type holds all of them; where it doesn't hold one, null stands for it. */
    public boolean representable() {
        return unrepresentable.count() == unrepresentableBefore;
    }

    /** Takes the rows added since they were cleared, and clears them. */
    public IntFunction<RowImage> takeRows() {
        struct.writeTo(encoder, struct.count());
        StructReader reader =
                new StructReader(field, new BatchBuffers(encoder.encode(struct.count())));
        clear();
        return row -> new HeapRowImage(reader, row);
    }
}
