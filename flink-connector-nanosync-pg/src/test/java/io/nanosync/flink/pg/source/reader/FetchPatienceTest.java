package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** By a clock that stands still unless the test moves it. */
final class FetchPatienceTest {

    private static final Duration A_BIT = Duration.ofNanos(1);

    private long nowNanos = Long.MAX_VALUE - 1_000_000;
    private final long nowMillis = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private Duration age = Duration.ZERO;
    private final FetchPatience patience = new FetchPatience(() -> nowNanos, () -> nowMillis);

    FetchPatienceTest() {
        patience.begin();
    }

    @Test
    void endsSoonAfterTheLastRowWhenTheSocketHasNothingMore() {
        assertThat(takes(1)).isFalse();
        assertThat(patience.endsInSilence()).isFalse();
        pass(FetchPatience.SILENCE);
        assertThat(patience.endsInSilence()).isFalse();
        pass(A_BIT);
        assertThat(patience.endsInSilence()).isTrue();
    }

    @Test
    void silenceBeforeAMessageDoesNotCount() {
        takes(1);
        patience.endsInSilence();
        pass(FetchPatience.SILENCE);
        takes(2);
        pass(A_BIT);
        assertThat(patience.endsInSilence()).isFalse();
    }

    @Test
    void firstRowDoesNotWaitForThoseThatKeepTrickling() {
        int rows = 0;
        for (Duration passed = Duration.ZERO;
                passed.compareTo(FetchPatience.FIRST_ROW) <= 0;
                passed = passed.plusMillis(1)) {
            assertThat(takes(++rows)).isFalse();
            assertThat(patience.endsInSilence()).isFalse();
            pass(Duration.ofMillis(1));
        }
        assertThat(patience.endsInSilence()).isTrue();
    }

    @Test
    void firstRowDoesNotWaitForThoseThatComeWithoutAPause() {
        takes(1);
        pass(FetchPatience.FIRST_ROW.plus(A_BIT));
        int rows = 1;
        while (!takes(rows)) {
            rows++;
        }
        assertThat(rows).isLessThanOrEqualTo(FetchPatience.MESSAGES_PER_LOOK);
    }

    @Test
    void backlogIsReadInLargeBatches() {
        age = FetchPatience.BACKLOG.plusMillis(1);
        takes(1);
        pass(FetchPatience.NO_ROWS);
        for (int rows = 2; rows <= 2 * FetchPatience.MESSAGES_PER_LOOK; rows++) {
            assertThat(takes(rows)).isFalse();
        }
        pass(A_BIT);
        assertThat(patience.endsInSilence()).isTrue();
    }

    @Test
    void clockOfTheServerMayBeAheadOrALittleBehind() {
        for (Duration skew : List.of(Duration.ofHours(-1), FetchPatience.BACKLOG)) {
            age = skew;
            patience.begin();
            takes(1);
            pass(FetchPatience.FIRST_ROW.plus(A_BIT));
            assertThat(patience.endsInSilence()).isTrue();
        }
    }

    @Test
    void rowsThatComeAtOnceFillTheFetch() {
        for (int row = 1; row <= 100_000; row++) {
            assertThat(takes(row)).isFalse();
        }
    }

    @Test
    void waitsLongerForTheFirstRowButNotForEver() {
        assertThat(patience.endsInSilence()).isFalse();
        pass(FetchPatience.NO_ROWS);
        assertThat(patience.endsInSilence()).isFalse();
        pass(A_BIT);
        assertThat(patience.endsInSilence()).isTrue();
    }

    @Test
    void messagesThatLeaveNoRowDoNotHoldTheFetch() {
        pass(FetchPatience.NO_ROWS.plus(A_BIT));
        for (int message = 1; message < FetchPatience.MESSAGES_PER_LOOK; message++) {
            assertThat(takes(0)).isFalse();
        }
        assertThat(takes(0)).isTrue();
    }

    @Test
    void aRowThatComesLateEndsTheFetchInTime() {
        pass(FetchPatience.NO_ROWS);
        takes(1);
        pass(A_BIT);
        assertThat(patience.endsInSilence()).isTrue();
    }

    @Test
    void eachFetchBeginsAnew() {
        takes(1);
        pass(FetchPatience.NO_ROWS);
        assertThat(patience.endsInSilence()).isTrue();
        patience.begin();
        pass(FetchPatience.NO_ROWS);
        assertThat(patience.endsInSilence()).isFalse();
    }

    /** A message comes, of a transaction of this {@link #age}. */
    private boolean takes(int rows) {
        return patience.endsAfterMessage(rows, (nowMillis - age.toMillis()) * 1000);
    }

    private void pass(Duration time) {
        nowNanos += time.toNanos();
    }
}
