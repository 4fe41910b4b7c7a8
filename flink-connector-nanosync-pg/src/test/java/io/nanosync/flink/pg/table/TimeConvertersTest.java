package io.nanosync.flink.pg.table;

import static io.nanosync.flink.pg.table.OneValue.convert;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.LocalDateTime;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeConvertersTest {

    @ParameterizedTest
    @CsvSource({
        "0001-01-01 BC, 0000-01-01",
        "1582-10-04, 1582-10-04",
        "1969-12-31, 1969-12-31",
        "9999-12-31, 9999-12-31"
    })
    void handsOnDatesOfFlinksRange(String text, String date) {
        assertThat(convert(Columns.date("c"), text, "DATE"))
                .isEqualTo((int) LocalDate.parse(date).toEpochDay());
    }

    @ParameterizedTest
    @ValueSource(strings = {"infinity", "-infinity", "10000-01-01", "0002-12-31 BC"})
    void findsNoDateForInfinityAndFarYears(String text) {
        assertThat(convert(Columns.date("c"), text, "DATE")).isNull();
    }

    @Test
    void keepsMicrosecondsOfTimestamps() {
        TimestampData time =
                TimestampData.fromLocalDateTime(
                        LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000));
        assertThat(convert(Columns.timestamp("c"), "1969-12-31 23:59:59.999999", "TIMESTAMP(6)"))
                .isEqualTo(time);
        assertThat(
                        convert(
                                Columns.timestamptz("c"),
                                "1969-12-31 23:59:59.999999+00",
                                "TIMESTAMP_LTZ(9)"))
                .isEqualTo(time);
    }

    @Test
    void neverRoundsATimestamp() {
        String millis = "1970-01-01 00:00:01.5";
        assertThat(convert(Columns.timestamp("c"), millis, "TIMESTAMP(3)"))
                .isEqualTo(TimestampData.fromEpochMillis(1500));
        assertThat(convert(Columns.timestamp("c"), millis, "TIMESTAMP(0)")).isNull();
        assertThat(convert(Columns.timestamp("c"), millis + "00001", "TIMESTAMP(3)")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "infinity",
                "-infinity",
                "10000-01-01 00:00:00+00",
                "0002-12-31 23:59:59.999999+00 BC"
            })
    void findsNoTimestampForInfinityAndFarYears(String text) {
        assertThat(convert(Columns.timestamptz("c"), text, "TIMESTAMP_LTZ(6)")).isNull();
    }

    @Test
    void handsOnTheLastTimestampOfFlinksRange() {
        assertThat(
                        convert(
                                Columns.timestamptz("c"),
                                "9999-12-31 23:59:59.999999+00",
                                "TIMESTAMP_LTZ(6)"))
                .isEqualTo(
                        TimestampData.fromLocalDateTime(
                                LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000)));
    }

    @Test
    void handsOnTimesThatFitThePrecision() {
        assertThat(convert(Columns.time("c"), "01:02:03.004", "TIME(3)")).isEqualTo(3_723_004);
        assertThat(convert(Columns.time("c"), "01:02:03", "TIME(0)")).isEqualTo(3_723_000);
    }

    @Test
    void neverRoundsATimeOrWrapsTheEndOfTheDay() {
        assertThat(convert(Columns.time("c"), "01:02:03.004005", "TIME(3)")).isNull();
        assertThat(convert(Columns.time("c"), "01:02:03.004", "TIME(0)")).isNull();
        assertThat(convert(Columns.time("c"), "24:00:00", "TIME(3)")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"00:00:00", "24:00:00", "01:02:03.004005", "01:02:03.4", "23:59:59.999999"})
    void printsTimesAsPostgresDoes(String text) {
        assertThat(convert(Columns.time("c"), text, "STRING")).hasToString(text);
    }
}
