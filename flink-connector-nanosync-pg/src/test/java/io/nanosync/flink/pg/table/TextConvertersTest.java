package io.nanosync.flink.pg.table;

import static io.nanosync.flink.pg.table.OneValue.convert;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Test;

class TextConvertersTest {

    /** Four characters in ten bytes; the last is a surrogate pair in Java. */
    private static final String WIDE = "aß€\uD83D\uDE00";

    private static StringData text(String value) {
        return StringData.fromString(value);
    }

    @Test
    void countsCharactersNotBytes() {
        assertThat(convert(Columns.text("c"), WIDE, "VARCHAR(4)")).isEqualTo(text(WIDE));
        assertThat(convert(Columns.text("c"), WIDE, "CHAR(4)")).isEqualTo(text(WIDE));
    }

    @Test
    void neverCutsOrPadsText() {
        assertThat(convert(Columns.text("c"), WIDE, "VARCHAR(3)")).isNull();
        assertThat(convert(Columns.text("c"), WIDE, "CHAR(3)")).isNull();
        assertThat(convert(Columns.text("c"), WIDE, "CHAR(5)")).isNull();
    }

    @Test
    void keepsEmptyTextAndTrailingSpaces() {
        assertThat(convert(Columns.text("c"), "", "STRING")).isEqualTo(text(""));
        assertThat(convert(Columns.text("c"), "ab  ", "STRING")).isEqualTo(text("ab  "));
    }

    @Test
    void printsUuidsAsPostgresDoes() {
        String uuid = "a0000000-0000-0000-8000-00000000000f";
        assertThat(convert(Columns.uuid("c"), uuid, "STRING")).isEqualTo(text(uuid));
        assertThat(convert(Columns.uuid("c"), uuid, "CHAR(36)")).isEqualTo(text(uuid));
    }

    @Test
    void printsAllDigitsOfANumeric() {
        assertThat(convert(Columns.numeric("c", 12, 2), "12.50", "STRING"))
                .isEqualTo(text("12.50"));
        assertThat(convert(Columns.numeric("c", 12, 10), "0.0000000001", "STRING"))
                .isEqualTo(text("0.0000000001"));
        assertThat(convert(Columns.numeric("c"), "1.500", "STRING")).isEqualTo(text("1.500"));
    }

    @Test
    void neverCutsBytes() {
        byte[] four = {1, 2, 3, 4};
        assertThat(convert(Columns.bytea("c"), "\\x01020304", "BYTES")).isEqualTo(four);
        assertThat(convert(Columns.bytea("c"), "\\x01020304", "VARBINARY(4)")).isEqualTo(four);
        assertThat(convert(Columns.bytea("c"), "\\x01020304", "VARBINARY(3)")).isNull();
    }
}
