package io.nanosync.flink.pg.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LsnTest {

    @ParameterizedTest
    @CsvSource({
        "0/0, 0",
        "16/B374D848, 97500059720",
        "1/0, 4294967296",
        "0/FFFFFFFF, 4294967295",
        "FFFFFFFF/FFFFFFFF, -1",
        "80000000/0, -9223372036854775808"
    })
    void isWrittenAsPostgresWritesIt(String text, long value) {
        assertThat(Lsn.parse(text)).isEqualTo(new Lsn(value)).hasToString(text);
    }

    @Test
    void readsLowerCaseAndLeadingZeros() {
        assertThat(Lsn.parse("00000016/b374d848")).isEqualTo(Lsn.parse("16/B374D848"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "16",
                "16/",
                "/B374D848",
                "16/B374D848/0",
                "g/0",
                "0/-1",
                "0x1/0",
                "123456789/0",
                "0/123456789",
                " 1/0",
                "1 /0"
            })
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> Lsn.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Not an LSN: \""
                                + text
                                + "\"; expected two hexadecimal numbers like 16/B374D848");
    }

    @Test
    void comparesUnsigned() {
        Lsn low = new Lsn(Long.MAX_VALUE);
        Lsn high = new Lsn(Long.MIN_VALUE);
        assertThat(high).isGreaterThan(low);
        assertThat(high.isAfter(low)).isTrue();
        assertThat(low.isAfter(high)).isFalse();
        assertThat(low.isAfter(low)).isFalse();
        assertThat(Lsn.max(low, high)).isEqualTo(high);
        assertThat(Lsn.max(high, low)).isEqualTo(high);
        assertThat(high.minus(low)).isEqualTo(1);
    }

    @Property(tries = 300)
    void comesBackFromItsText(@ForAll long value) {
        assertThat(Lsn.parse(new Lsn(value).toString()).value()).isEqualTo(value);
    }
}
