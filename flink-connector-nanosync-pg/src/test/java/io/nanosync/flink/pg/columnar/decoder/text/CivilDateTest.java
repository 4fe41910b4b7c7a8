package io.nanosync.flink.pg.columnar.decoder.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

final class CivilDateTest {

    @Property(tries = 20_000)
    void agreesWithJavaTimeOnEveryDay(
            @ForAll @LongRange(min = -3_000_000, max = 2_200_000_000L) long day) {
        LocalDate expected = LocalDate.ofEpochDay(day);
        long packed = CivilDate.packed(day);
        assertThat(CivilDate.year(packed)).isEqualTo(expected.getYear());
        assertThat(CivilDate.month(packed)).isEqualTo(expected.getMonthValue());
        assertThat(CivilDate.day(packed)).isEqualTo(expected.getDayOfMonth());
        assertThat(
                        CivilDate.epochDays(
                                expected.getYear(),
                                expected.getMonthValue(),
                                expected.getDayOfMonth()))
                .isEqualTo(day);
    }

    @Property
    void knowsTheLengthOfMonths(
            @ForAll @IntRange(min = -5000, max = 10_000) int year,
            @ForAll @IntRange(min = 1, max = 12) int month) {
        int length = LocalDate.of(year, month, 1).lengthOfMonth();
        assertThat(CivilDate.isValid(year, month, length)).isTrue();
        assertThat(CivilDate.isValid(year, month, length + 1)).isFalse();
    }

    @Example
    void noMonthAndNoDayIsNoDate() {
        assertThat(CivilDate.isValid(2000, 0, 1)).isFalse();
        assertThat(CivilDate.isValid(2000, 13, 1)).isFalse();
        assertThat(CivilDate.isValid(2000, 1, 0)).isFalse();
    }
}
