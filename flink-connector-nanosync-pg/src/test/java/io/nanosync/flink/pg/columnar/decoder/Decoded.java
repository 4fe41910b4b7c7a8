package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.columnar.VectorContents;
import io.nanosync.flink.pg.relation.PgType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes single values of one type and reads them back from the vector. */
final class Decoded {

    private final TypeMapping mapping;
    private final Unrepresentable unrepresentable;

    private Decoded(PgType type, int typmod, Unrepresentable unrepresentable) {
        this.mapping = TypeMapping.of(type, typmod);
        this.unrepresentable = unrepresentable;
    }

    static Decoded as(String type) {
        return as(PgType.base(0, type), -1);
    }

    static Decoded as(PgType type, int typmod) {
        return new Decoded(type, typmod, Unrepresentable.failing());
    }

    static Decoded numeric(int precision, int scale) {
        return as(PgType.base(1700, "numeric"), numericTypmod(precision, scale));
    }

    static int numericTypmod(int precision, int scale) {
        return ((precision << 16) | (scale & 0x7ff)) + 4;
    }

    Decoded nulling(Unrepresentable counting) {
        return new Decoded(mapping, counting);
    }

    private Decoded(TypeMapping mapping, Unrepresentable unrepresentable) {
        this.mapping = mapping;
        this.unrepresentable = unrepresentable;
    }

    /** From the binary form in hexadecimal digits; blanks don't count. */
    @Nullable Object binary(String hex) {
        return binary(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @Nullable Object binary(byte[] bytes) {
        ColumnDecoder decoder = mapping.decoder(unrepresentable);
        decoder.binary(shifted(bytes), 3, bytes.length);
        return only(decoder);
    }

    @Nullable Object text(String text) {
        return text(text.getBytes(StandardCharsets.UTF_8));
    }

    @Nullable Object text(byte[] bytes) {
        ColumnDecoder decoder = mapping.decoder(unrepresentable);
        decoder.text(shifted(bytes), 3, bytes.length);
        return only(decoder);
    }

    /** From the binary form of many values, in one vector; null for null. */
    List<@Nullable Object> binaries(List<byte @Nullable []> values) {
        return all(values, ColumnDecoder::binary);
    }

    /** From the text form of many values, in one vector; null for null. */
    List<@Nullable Object> texts(List<byte @Nullable []> values) {
        return all(values, ColumnDecoder::text);
    }

    private interface Form {
        void decode(ColumnDecoder decoder, ByteBuffer buffer, int offset, int length);
    }

    private List<@Nullable Object> all(List<byte @Nullable []> values, Form form) {
        ColumnDecoder decoder = mapping.decoder(unrepresentable);
        for (byte @Nullable [] value : values) {
            if (value == null) {
                decoder.vector().appendNull();
            } else {
                form.decode(decoder, shifted(value), 3, value.length);
            }
        }
        return VectorContents.of(decoder.vector(), mapping.arrow());
    }

    /** The value with other bytes on both sides, as it lies in a message. */
    private static ByteBuffer shifted(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes.length + 8);
        Arrays.fill(buffer.array(), (byte) 0x5a);
        return buffer.put(3, bytes);
    }

    private @Nullable Object only(ColumnDecoder decoder) {
        var values = VectorContents.of(decoder.vector(), mapping.arrow());
        if (values.size() != 1) {
            throw new AssertionError("expected one value, found " + values.size());
        }
        return values.get(0);
    }
}
