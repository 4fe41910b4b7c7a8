package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Objects;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeConvertersTest {

    private static final long DAY_MICROS = 86_400_000_000L;

    private static @Nullable Object convert(@Nullable ValueConverter converter, Object value) {
        return Objects.requireNonNull(converter).convert(new OneValue(value), 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000-01-01", "1582-10-04", "1969-12-31", "1970-01-01", "9999-12-31"})
    void handsOnDatesOfFlinksRange(String date) {
        int days = (int) LocalDate.parse(date).toEpochDay();
        assertThat(convert(TimeConverters.date(new DateType()), days)).isEqualTo(days);
    }

    @Test
    void findsNoDateForInfinityAndFarYears() {
        ValueConverter date = TimeConverters.date(new DateType());
        assertThat(convert(date, Integer.MAX_VALUE)).isNull();
        assertThat(convert(date, Integer.MIN_VALUE)).isNull();
        assertThat(convert(date, (int) LocalDate.of(10000, 1, 1).toEpochDay())).isNull();
        assertThat(convert(date, (int) LocalDate.of(-1, 12, 31).toEpochDay())).isNull();
    }

    @Test
    void keepsMicrosecondsOfTimestamps() {
        LocalDateTime time = LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000);
        assertThat(convert(TimeConverters.timestamp(new TimestampType(6)), -1L))
                .isEqualTo(TimestampData.fromLocalDateTime(time));
        assertThat(convert(TimeConverters.timestamptz(new LocalZonedTimestampType(9)), -1L))
                .isEqualTo(TimestampData.fromLocalDateTime(time));
    }

    @Test
    void neverRoundsATimestamp() {
        ValueConverter millis = TimeConverters.timestamp(new TimestampType(3));
        assertThat(convert(millis, 1_500_000L)).isEqualTo(TimestampData.fromEpochMillis(1500));
        assertThat(convert(millis, 1_500_001L)).isNull();
        assertThat(convert(TimeConverters.timestamp(new TimestampType(0)), 1_500_000L)).isNull();
    }

    @Test
    void findsNoTimestampForInfinityAndFarYears() {
        ValueConverter timestamp = TimeConverters.timestamptz(new LocalZonedTimestampType(6));
        long lastDay = LocalDate.of(9999, 12, 31).toEpochDay();
        assertThat(convert(timestamp, Long.MAX_VALUE)).isNull();
        assertThat(convert(timestamp, Long.MIN_VALUE)).isNull();
        assertThat(convert(timestamp, (lastDay + 1) * DAY_MICROS)).isNull();
        assertThat(convert(timestamp, (lastDay + 1) * DAY_MICROS - 1)).isNotNull();
    }

    @Test
    void handsOnTimesThatFitThePrecision() {
        assertThat(convert(TimeConverters.time(new TimeType(3)), 3_723_004_000L))
                .isEqualTo(3_723_004);
        assertThat(convert(TimeConverters.time(new TimeType(0)), 3_723_000_000L))
                .isEqualTo(3_723_000);
    }

    @Test
    void neverRoundsATimeOrWrapsTheEndOfTheDay() {
        assertThat(convert(TimeConverters.time(new TimeType(3)), 3_723_004_005L)).isNull();
        assertThat(convert(TimeConverters.time(new TimeType(0)), 3_723_004_000L)).isNull();
        assertThat(convert(TimeConverters.time(new TimeType(3)), DAY_MICROS)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 00:00:00",
        "86400000000, 24:00:00",
        "3723004005, 01:02:03.004005",
        "3723400000, 01:02:03.4",
        "86399999999, 23:59:59.999999"
    })
    void printsTimesAsPostgresDoes(long micros, String expected) {
        assertThat(convert(TimeConverters.time(VarCharType.STRING_TYPE), micros))
                .isEqualTo(StringData.fromString(expected));
    }
}
