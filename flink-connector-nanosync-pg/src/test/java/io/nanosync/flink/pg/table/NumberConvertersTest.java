package io.nanosync.flink.pg.table;

import static io.nanosync.flink.pg.table.OneValue.convert;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Objects;
import org.apache.flink.table.data.DecimalData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberConvertersTest {

    @Test
    void handsOnBooleans() {
        assertThat(convert(Columns.bool("c"), "t", "BOOLEAN")).isEqualTo(true);
        assertThat(convert(Columns.bool("c"), "f", "BOOLEAN")).isEqualTo(false);
    }

    @Test
    void widensIntegersExactly() {
        assertThat(convert(Columns.int2("c"), "-32768", "SMALLINT")).isEqualTo(Short.MIN_VALUE);
        assertThat(convert(Columns.int2("c"), "-32768", "INT")).isEqualTo(-32768);
        assertThat(convert(Columns.int2("c"), "-32768", "BIGINT")).isEqualTo(-32768L);
        assertThat(convert(Columns.int4("c"), "-2147483648", "INT")).isEqualTo(Integer.MIN_VALUE);
        assertThat(convert(Columns.int4("c"), "-2147483648", "BIGINT")).isEqualTo(-2147483648L);
        assertThat(convert(Columns.int8("c"), "-9223372036854775808", "BIGINT"))
                .isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void readsOidsAsUnsigned() {
        assertThat(convert(Columns.oid("c"), "4294967295", "BIGINT")).isEqualTo(4294967295L);
    }

    @Test
    void widensFloatsWithoutChangingThem() {
        assertThat(convert(Columns.float4("c"), "0.1", "FLOAT")).isEqualTo(0.1f);
        assertThat(convert(Columns.float4("c"), "0.1", "DOUBLE")).isEqualTo((double) 0.1f);
        assertThat(convert(Columns.float8("c"), "NaN", "DOUBLE")).isEqualTo(Double.NaN);
        assertThat(convert(Columns.float8("c"), "-Infinity", "DOUBLE"))
                .isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @ParameterizedTest
    @CsvSource({
        "12.500, 5, 2, 12.50",
        "-999.990, 5, 2, -999.99",
        "12.500, 3, 1, 12.5",
        "0.000, 1, 0, 0",
        "99999999999999999999999999999999999999.000, 38, 0, 99999999999999999999999999999999999999"
    })
    void handsOnDecimalsThatFit(String value, int precision, int scale, String expected) {
        String declared = "DECIMAL(" + precision + ", " + scale + ")";
        DecimalData fitting =
                Objects.requireNonNull(
                        DecimalData.fromBigDecimal(new BigDecimal(expected), precision, scale));
        assertThat(convert(Columns.numeric("c", 41, 3), value, declared)).isEqualTo(fitting);
        assertThat(convert(Columns.numeric("c"), value, declared)).isEqualTo(fitting);
    }

    @ParameterizedTest
    @CsvSource({
        // One digit too many before or behind the point; the last would round to one that fits.
        "1000.000, 5, 2",
        "12.345, 5, 2",
        "12.301, 5, 2",
        "0.001, 5, 2",
        "999.995, 5, 2"
    })
    void neverRoundsADecimal(String value, int precision, int scale) {
        String declared = "DECIMAL(" + precision + ", " + scale + ")";
        assertThat(convert(Columns.numeric("c", 41, 3), value, declared)).isNull();
        assertThat(convert(Columns.numeric("c"), value, declared)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
    void findsNoDecimalForWhatIsNoNumber(String value) {
        assertThat(convert(Columns.numeric("c"), value, "DECIMAL(38, 18)")).isNull();
        assertThat(convert(Columns.numeric("c"), value, "STRING")).hasToString(value);
    }
}
