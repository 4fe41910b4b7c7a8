package io.nanosync.flink.pg.table;

import static io.nanosync.flink.pg.table.OneValue.convert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.wire.MalformedMessageException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.StringData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HstoreConverterTest {

    private static final String MAP = "MAP<STRING, STRING>";

    private static @Nullable Object map(String text) {
        return convert(Columns.hstore("c"), text, MAP);
    }

    @Test
    void readsKeysAndValues() {
        Map<StringData, @Nullable StringData> expected = new HashMap<>();
        expected.put(StringData.fromString("a"), StringData.fromString("1"));
        expected.put(StringData.fromString("b \"c\\"), null);
        expected.put(StringData.fromString(""), StringData.fromString("NULL"));
        assertThat(map("\"a\"=>\"1\", \"b \\\"c\\\\\"=>NULL, \"\"=>\"NULL\""))
                .isEqualTo(new GenericMapData(expected));
        assertThat(map("")).isEqualTo(new GenericMapData(Map.of()));
    }

    /** Each string would keep the whole text otherwise: 180 GB. */
    @Test
    void keepsOfTheTextWhatIsInTheMap() {
        String text =
                IntStream.range(0, 100_000)
                        .mapToObj(i -> "\"" + i + "\"=>\"x\"")
                        .collect(Collectors.joining(", "));
        assertThat(((GenericMapData) map(text)).size()).isEqualTo(100_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "\"a", "\"a\"", "\"a\"=>", "\"a\"=>\"b", "\"a\"=>\"1\" \"b\"=>\"2\""})
    void otherTextIsMalformed(String text) {
        assertThatThrownBy(() -> map(text)).isInstanceOf(MalformedMessageException.class);
    }
}
