package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Objects;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberConvertersTest {

    private static @Nullable Object convert(@Nullable ValueConverter converter, Object value) {
        return Objects.requireNonNull(converter).convert(new OneValue(value), 0);
    }

    @Test
    void widensIntegersExactly() {
        assertThat(convert(NumberConverters.int2(new SmallIntType()), -32768))
                .isEqualTo(Short.MIN_VALUE);
        assertThat(convert(NumberConverters.int2(new BigIntType()), -32768)).isEqualTo(-32768L);
        assertThat(convert(NumberConverters.int4(new BigIntType()), Integer.MIN_VALUE))
                .isEqualTo(-2147483648L);
    }

    @Test
    void readsOidsAsUnsigned() {
        assertThat(convert(NumberConverters.oid(new BigIntType()), -1)).isEqualTo(4294967295L);
    }

    @Test
    void widensFloatsWithoutChangingThem() {
        assertThat(convert(NumberConverters.float4(new DoubleType()), 0.1f))
                .isEqualTo((double) 0.1f);
    }

    @ParameterizedTest
    @CsvSource({
        "12.50, 5, 2, 12.50",
        "12.5, 5, 2, 12.50",
        "-999.99, 5, 2, -999.99",
        "12.500, 3, 1, 12.5",
        "0, 1, 0, 0",
        "99999999999999999999999999999999999999, 38, 0, 99999999999999999999999999999999999999"
    })
    void handsOnDecimalsThatFit(String value, int precision, int scale, String expected) {
        DecimalType declared = new DecimalType(precision, scale);
        DecimalData fitting =
                Objects.requireNonNull(
                        DecimalData.fromBigDecimal(new BigDecimal(expected), precision, scale));
        assertThat(convert(NumberConverters.decimal(declared), new BigDecimal(value)))
                .isEqualTo(fitting);
        assertThat(convert(NumberConverters.decimalText(declared), value)).isEqualTo(fitting);
    }

    @ParameterizedTest
    @CsvSource({
        // One digit too many before or behind the point; the last would round to one that fits.
        "1000.00, 5, 2",
        "12.345, 5, 2",
        "12.301, 5, 2",
        "0.001, 5, 2",
        "999.995, 5, 2"
    })
    void neverRoundsADecimal(String value, int precision, int scale) {
        DecimalType declared = new DecimalType(precision, scale);
        assertThat(convert(NumberConverters.decimal(declared), new BigDecimal(value))).isNull();
        assertThat(convert(NumberConverters.decimalText(declared), value)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
    void findsNoDecimalForWhatIsNoNumber(String value) {
        assertThat(convert(NumberConverters.decimalText(new DecimalType(38, 18)), value)).isNull();
    }
}
