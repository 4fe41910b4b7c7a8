package io.nanosync.flink.pg.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.wal.TimelineHistory.Ancestor;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TimelineHistoryTest {

    private static final String FILE =
            """
            1\t0/30001C8\tno recovery target specified

            # by hand
            2 16/B374D848 before 2026-01-01 00:00:00+00
            """;

    @Test
    void readsTheLinesOfAHistoryFile() {
        assertThat(TimelineHistory.parse(3, FILE))
                .isEqualTo(
                        new TimelineHistory(
                                3,
                                List.of(
                                        new Ancestor(1, Lsn.parse("0/30001C8")),
                                        new Ancestor(2, Lsn.parse("16/B374D848")))));
        assertThat(TimelineHistory.parse(1, "").ancestors()).isEmpty();
    }

    @Test
    void knowsWhereEarlierTimelinesEndAndNoOthers() {
        TimelineHistory history = TimelineHistory.parse(3, FILE);
        assertThat(history.end(1)).isEqualTo(Lsn.parse("0/30001C8"));
        assertThat(history.end(2)).isEqualTo(Lsn.parse("16/B374D848"));
        assertThat(history.end(3)).isNull();
        assertThat(history.end(4)).isNull();
    }

    @Test
    void refusesWhatIsNone() {
        assertThatThrownBy(() -> TimelineHistory.parse(2, "1 0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found: 1 0");
        assertThatThrownBy(() -> TimelineHistory.parse(2, "1"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
