package io.nanosync.flink.pg.table;

import static io.nanosync.flink.pg.table.OneValue.convert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import java.math.BigDecimal;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.StringData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayConverterTest {

    private static final Column INTS = Columns.array(Columns.int4("c"));
    private static final Column TEXTS = Columns.array(Columns.text("c"));

    private static GenericArrayData list(@Nullable Object... elements) {
        return new GenericArrayData(elements);
    }

    private static StringData text(String value) {
        return StringData.fromString(value);
    }

    @Test
    void readsElementsAsTheirType() {
        assertThat(convert(INTS, "{1,NULL,-3}", "ARRAY<INT>")).isEqualTo(list(1, null, -3));
        assertThat(convert(INTS, "{1}", "ARRAY<BIGINT>")).isEqualTo(list(1L));
        assertThat(convert(INTS, "{}", "ARRAY<INT>")).isEqualTo(list());
    }

    @Test
    void readsQuotedElements() {
        assertThat(
                        convert(
                                TEXTS,
                                "{\"\",a b,\"NULL\",NULL,\"x\\\\y\\\"z\",\"{,}\",aß€}",
                                "ARRAY<STRING>"))
                .isEqualTo(
                        list(
                                text(""),
                                text("a b"),
                                text("NULL"),
                                null,
                                text("x\\y\"z"),
                                text("{,}"),
                                text("aß€")));
    }

    @Test
    void readsDimensionsAsListsOfLists() {
        assertThat(convert(INTS, "{{1,2,3},{4,NULL,6}}", "ARRAY<ARRAY<INT>>"))
                .isEqualTo(list(list(1, 2, 3), list(4, null, 6)));
        assertThat(convert(INTS, "{{{1},{2}}}", "ARRAY<ARRAY<ARRAY<INT>>>"))
                .isEqualTo(list(list(list(1), list(2))));
        assertThat(convert(INTS, "{}", "ARRAY<ARRAY<INT>>")).isEqualTo(list());
    }

    @Test
    void keepsNothingOfTheValueBefore() {
        Column column = INTS;
        assertThat(convert(column, "{{1,2}}", "ARRAY<ARRAY<INT>>")).isEqualTo(list(list(1, 2)));
        assertThat(convert(column, "{}", "ARRAY<ARRAY<INT>>")).isEqualTo(list());
    }

    /** Flink's indexes begin at 1, and all lists of an array have the declared depth. */
    @ParameterizedTest
    @ValueSource(strings = {"[0:1]={1,2}", "{{1},{2}}", "[2:2][1:1]={{1}}"})
    void otherDimensionsAndIndexesDontFit(String value) {
        assertThat(convert(INTS, value, "ARRAY<INT>")).isNull();
    }

    @Test
    void fewerDimensionsDontFit() {
        assertThat(convert(INTS, "{1,2}", "ARRAY<ARRAY<INT>>")).isNull();
    }

    @Test
    void anElementThatDoesntFitIsNoNull() {
        Column amounts = Columns.array(Columns.numeric("c", 12, 2));
        assertThat(convert(amounts, "{1.50,NULL}", "ARRAY<DECIMAL(12, 2)>"))
                .isEqualTo(list(DecimalData.fromBigDecimal(new BigDecimal("1.50"), 12, 2), null));
        assertThat(convert(amounts, "{1.50,NaN}", "ARRAY<DECIMAL(12, 2)>")).isNull();
        assertThat(convert(amounts, "{123456.50}", "ARRAY<DECIMAL(6, 2)>")).isNull();
        assertThat(convert(TEXTS, "{abc}", "ARRAY<VARCHAR(2)>")).isNull();
        assertThat(convert(Columns.array(Columns.date("c")), "{infinity}", "ARRAY<DATE>")).isNull();
    }

    @Test
    void domainsAreAsTheirBaseTypes() {
        assertThat(convert(Columns.domain(INTS), "{1}", "ARRAY<INT>")).isEqualTo(list(1));
        assertThat(convert(Columns.array(Columns.domain(INTS)), "{\"{1,2}\",{3}}", "STRING"))
                .isEqualTo(text("{\"{1,2}\",{3}}"));
        assertThat(
                        convert(
                                Columns.array(Columns.domain(INTS)),
                                "{\"{1,2}\",\"{NULL}\"}",
                                "ARRAY<ARRAY<INT>>"))
                .isEqualTo(list(list(1, 2), list((Object) null)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "{",
                "{1",
                "{1}2",
                "{1,}",
                "{\"1}",
                "{{1,2},{3}}",
                "{{1},{2,3,4},{5,6}}"
            })
    void otherTextIsMalformed(String text) {
        assertThatThrownBy(
                        () ->
                                convert(
                                        INTS,
                                        text,
                                        text.startsWith("{{") ? "ARRAY<ARRAY<INT>>" : "ARRAY<INT>"))
                .isInstanceOf(MalformedMessageException.class);
    }
}
