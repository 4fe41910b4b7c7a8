package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Objects;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.CharType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TextConvertersTest {

    /** Four characters in ten bytes; the last is a surrogate pair in Java. */
    private static final String WIDE = "aß€\uD83D\uDE00";

    private static @Nullable Object convert(@Nullable ValueConverter converter, Object value) {
        return Objects.requireNonNull(converter).convert(new OneValue(value), 0);
    }

    @Test
    void countsCharactersNotBytes() {
        StringData wide = StringData.fromString(WIDE);
        assertThat(convert(TextConverters.text(new VarCharType(4)), WIDE)).isEqualTo(wide);
        assertThat(convert(TextConverters.text(new CharType(4)), WIDE)).isEqualTo(wide);
    }

    @Test
    void neverCutsOrPadsText() {
        assertThat(convert(TextConverters.text(new VarCharType(3)), WIDE)).isNull();
        assertThat(convert(TextConverters.text(new CharType(3)), WIDE)).isNull();
        assertThat(convert(TextConverters.text(new CharType(5)), WIDE)).isNull();
    }

    @Test
    void keepsEmptyTextAndTrailingSpaces() {
        ValueConverter string = TextConverters.text(VarCharType.STRING_TYPE);
        assertThat(convert(string, "")).isEqualTo(StringData.fromString(""));
        assertThat(convert(string, "ab  ")).isEqualTo(StringData.fromString("ab  "));
    }

    @Test
    void printsUuidsAsPostgresDoes() {
        byte[] bytes = new byte[16];
        bytes[0] = (byte) 0xA0;
        bytes[15] = 0x0F;
        assertThat(convert(TextConverters.uuid(VarCharType.STRING_TYPE), bytes))
                .isEqualTo(StringData.fromString("a0000000-0000-0000-0000-00000000000f"));
    }

    @Test
    void printsAllDigitsOfANumeric() {
        ValueConverter string = TextConverters.decimalDigits(VarCharType.STRING_TYPE);
        assertThat(convert(string, new BigDecimal("12.50")))
                .isEqualTo(StringData.fromString("12.50"));
        assertThat(convert(string, new BigDecimal("0.0000000001")))
                .isEqualTo(StringData.fromString("0.0000000001"));
    }

    @Test
    void neverCutsBytes() {
        byte[] four = {1, 2, 3, 4};
        assertThat(convert(TextConverters.bytes(new VarBinaryType(4)), four)).isEqualTo(four);
        assertThat(convert(TextConverters.bytes(new VarBinaryType(3)), four)).isNull();
    }
}
