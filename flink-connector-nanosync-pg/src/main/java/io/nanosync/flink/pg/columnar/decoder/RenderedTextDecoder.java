package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.ColumnVector;
import io.nanosync.flink.pg.columnar.VarWidthVector;
import io.nanosync.flink.pg.columnar.decoder.text.Malformed;
import io.nanosync.flink.pg.columnar.decoder.text.TextBuffer;
import io.nanosync.flink.pg.columnar.decoder.text.TextForm;
import io.nanosync.flink.pg.columnar.decoder.text.TextForms;
import io.nanosync.flink.pg.relation.PgType;
import java.nio.ByteBuffer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * Writes any type without an Arrow type of its own as Arrow Utf8: PostgreSQL's exact text. The text
 * form is taken as it is; the binary form is rendered where it is understood, else it is an error.
 */
final class RenderedTextDecoder extends ColumnDecoder {

    private final String type;
    private final @Nullable TextForm form;
    private final TextBuffer rendered = new TextBuffer();
    private final VarWidthVector vector = new VarWidthVector();

    private RenderedTextDecoder(PgType type) {
        this.type = type.name();
        this.form = TextForms.of(type);
    }

    static TypeMapping mapping(PgType type) {
        boolean decodesBinary = TextForms.of(type) != null;
        return new TypeMapping(
                ArrowType.Utf8.INSTANCE, decodesBinary, u -> new RenderedTextDecoder(type));
    }

    @Override
    public ColumnVector vector() {
        return vector;
    }

    @Override
    public void binary(ByteBuffer buffer, int offset, int length) {
        if (form == null) {
            throw Malformed.binary(
                    type, "its text form", "its binary form, which isn't understood");
        }
        rendered.clear();
        form.render(buffer, offset, length, rendered);
        rendered.appendTo(vector);
    }

    @Override
    public void text(ByteBuffer buffer, int offset, int length) {
        vector.append(buffer, offset, length);
    }
}
