package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.VarWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.TextBuffer;
import io.nanosync.flink.pg.columnar.decoder.text.TextForm;
import io.nanosync.flink.pg.columnar.decoder.text.TextForms;
import io.nanosync.flink.pg.relation.PgType;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Writes {@code "char"} as Arrow Utf8. PostgreSQL 13 to 15 print a byte from 128 on as it is, which
 * isn't UTF-8: it becomes {@code \ooo}, as 16 and later print it.
 */
final class CharDecoder extends ColumnDecoder {

    private final VarWidthVector vector = new VarWidthVector();
    private final TextBuffer rendered = new TextBuffer();
    private final TextForm form =
            Objects.requireNonNull(TextForms.of(PgType.base(18, "char")), "form of \"char\"");

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        rendered.clear();
        form.render(buffer, offset, length, rendered);
        rendered.appendTo(vector);
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        if (length == 1) {
            binary(buffer, offset, length);
        } else {
            vector.append(buffer, offset, length);
        }
    }
}
