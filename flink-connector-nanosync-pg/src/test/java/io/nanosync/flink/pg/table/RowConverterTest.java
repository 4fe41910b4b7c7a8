package io.nanosync.flink.pg.table;

import static io.nanosync.flink.pg.table.OneValue.convert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import java.math.BigDecimal;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowConverterTest {

    private static final Column PAIR =
            Columns.composite("c", Columns.int4("n"), Columns.text("note"));

    private static GenericRowData row(@Nullable Object... fields) {
        return GenericRowData.of(fields);
    }

    private static StringData text(String value) {
        return StringData.fromString(value);
    }

    @Test
    void findsFieldsByName() {
        assertThat(convert(PAIR, "(1,a)", "ROW<n INT, note STRING>")).isEqualTo(row(1, text("a")));
        assertThat(convert(PAIR, "(1,a)", "ROW<note STRING, n BIGINT>"))
                .isEqualTo(row(text("a"), 1L));
        assertThat(convert(PAIR, "(1,a)", "ROW<note STRING>")).isEqualTo(row(text("a")));
    }

    @Test
    void nullIsNoEmptyText() {
        assertThat(convert(PAIR, "(,)", "ROW<n INT, note STRING>")).isEqualTo(row(null, null));
        assertThat(convert(PAIR, "(,\"\")", "ROW<n INT, note STRING>"))
                .isEqualTo(row(null, text("")));
        assertThat(convert(Columns.composite("c", Columns.int4("n")), "()", "ROW<n INT>"))
                .isEqualTo(row((Object) null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "(,\"a b\")     | a b",
                "(,\"b \"\"c\"\"\") | b \"c\"",
                "(,\"\"\"\")     | \"",
                "(,\"\\\\\")     | \\",
                "(,\"(,)\")     | (,)",
                "(,NULL)       | NULL",
                "(,'aß€')      | aß€"
            })
    void readsQuotedFields(String value, String expected) {
        String composite = value.replace("'", "");
        assertThat(convert(PAIR, composite, "ROW<note STRING>")).isEqualTo(row(text(expected)));
        assertThat(convert(PAIR, composite, "ROW<n INT>")).isEqualTo(row((Object) null));
    }

    @Test
    void keepsNothingOfTheValueBefore() {
        Column lists = Columns.array(PAIR);
        assertThat(convert(lists, "{\"(1,\\\"x y\\\")\",\"(,)\",NULL}", "ARRAY<ROW<note STRING>>"))
                .isEqualTo(
                        new GenericArrayData(
                                new Object[] {row(text("x y")), row((Object) null), null}));
    }

    @Test
    void nestsAndTakesListsAndDomains() {
        Column inner = Columns.domain(PAIR);
        Column outer =
                Columns.composite(
                        "c",
                        named("pair", inner),
                        named("list", Columns.array(Columns.int4("list"))));
        assertThat(
                        convert(
                                outer,
                                "(\"(1,\"\"a b\"\")\",\"{1,NULL}\")",
                                "ROW<list ARRAY<INT>, pair ROW<note STRING>>"))
                .isEqualTo(
                        row(
                                new GenericArrayData(new @Nullable Object[] {1, null}),
                                row(text("a b"))));
        assertThat(convert(outer, "(,)", "ROW<list ARRAY<INT>, pair ROW<note STRING>>"))
                .isEqualTo(row(null, null));
    }

    private static Column named(String name, Column column) {
        return Columns.of(name, column.type(), column.typmod(), column.typeText());
    }

    @Test
    void aFieldThatDoesntFitIsNoNull() {
        Column amounts =
                Columns.composite("c", Columns.numeric("amount", 12, 2), Columns.date("since"));
        assertThat(convert(amounts, "(1.50,)", "ROW<amount DECIMAL(12, 2)>"))
                .isEqualTo(row(DecimalData.fromBigDecimal(new BigDecimal("1.50"), 12, 2)));
        assertThat(convert(amounts, "(NaN,)", "ROW<amount DECIMAL(12, 2)>")).isNull();
        assertThat(convert(amounts, "(NaN,)", "ROW<since DATE>")).isEqualTo(row((Object) null));
        assertThat(convert(amounts, "(123456.50,)", "ROW<amount DECIMAL(6, 2)>")).isNull();
        assertThat(convert(amounts, "(,infinity)", "ROW<since DATE>")).isNull();
        assertThat(convert(PAIR, "(1,abc)", "ROW<note VARCHAR(2)>")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1", "(", "(1", "(1)", "(1,a", "(1,a)b", "(1,a,)", "(1,\"a)", "{1,a}"})
    void otherTextIsMalformed(String value) {
        assertThatThrownBy(() -> convert(PAIR, value, "ROW<n INT, note STRING>"))
                .isInstanceOf(MalformedMessageException.class);
    }
}
