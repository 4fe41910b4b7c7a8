package io.nanosync.flink.pg.columnar.decoder.text;

import io.nanosync.flink.pg.columnar.AlteredTypeException;
import io.nanosync.flink.pg.relation.PgType;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Composite types: a count of fields, each its type's OID, its 32-bit length, -1 for null, and the
 * value. Text: {@code (1,"a b",)}.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/rowtypes.c}, {@code record_send}, {@code
 * record_out}.
 */
final class CompositeText extends TextForm {

    private final String type;
    private final List<PgType.Attribute> attributes;
    private final List<TextForm> fields;
    private final BinaryCursor cursor;

    /** {@code fields} are the forms of the attributes. */
    CompositeText(PgType composite, List<TextForm> fields) {
        this.type = composite.name();
        this.attributes = composite.attributes();
        this.fields = fields;
        this.cursor = new BinaryCursor(type);
    }

    @Override
    public void render(ByteBuffer buffer, int offset, int length, TextBuffer out) {
        cursor.over(buffer, offset, length);
        int count = cursor.int4();
        if (count != fields.size()) {
            throw new AlteredTypeException(type, fields.size() + " fields", count + " fields");
        }
        out.put('(');
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                out.put(',');
            }
            field(buffer, i, out);
        }
        out.put(')');
        cursor.expectEnd();
    }

    private void field(ByteBuffer buffer, int index, TextBuffer out) {
        PgType expected = attributes.get(index).type();
        if (cursor.int4() != expected.oid()) {
            throw new AlteredTypeException(
                    type,
                    "field " + (index + 1) + " of type " + expected.name(),
                    "another type's OID");
        }
        int bytes = cursor.int4();
        if (bytes == -1) {
            return;
        }
        int start = out.length();
        fields.get(index).render(buffer, cursor.take(bytes), bytes, out);
        if (Quoting.field(out, start, false)) {
            out.quote(start, 0);
        }
    }
}
