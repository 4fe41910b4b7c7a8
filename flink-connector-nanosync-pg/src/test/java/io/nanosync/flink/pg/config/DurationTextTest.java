package io.nanosync.flink.pg.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "10s, PT10S",
        "120s, PT2M",
        "1m, PT1M",
        "1m30s, PT1M30S",
        "1h2m3s4ms, PT1H2M3.004S",
        "10 s, PT10S",
        "2 min, PT2M",
        "3 seconds, PT3S",
        "1d, PT24H",
        "0, PT0S",
        "0s, PT0S"
    })
    void readsWhatGoAndFlinkWrite(String text, String expected) {
        assertThat(DurationText.parse(text)).isEqualTo(Duration.parse(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "10",
                "s",
                "-1s",
                "1.5s",
                "10S",
                "10 fortnights",
                "10s10s",
                "1s1m",
                "1m 30",
                "9999999999s",
                "１０s"
            })
    void readsNothingElse(String text) {
        assertThat(DurationText.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1ms", "999ms", "10s", "1m30s", "1h", "23h59m59s999ms", "30h"})
    void printsWhatItReads(String text) {
        Duration duration = Objects.requireNonNull(DurationText.parse(text));
        assertThat(DurationText.print(duration)).isEqualTo(text);
    }

    @Test
    void printsTheShortestText() {
        assertThat(DurationText.print(Duration.ofMinutes(2))).isEqualTo("2m");
    }
}
