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

    private static final long SYSTEM = -7;
    private static final Lsn FIRST_END = Lsn.parse("0/30001C8");
    private static final Lsn SECOND_END = Lsn.parse("16/B374D848");
    private static final Timeline FIRST = new Timeline(SYSTEM, 1, Lsn.NONE);

    @Test
    void readsTheLinesOfAHistoryFile() {
        assertThat(TimelineHistory.parse(SYSTEM, 3, FILE))
                .isEqualTo(
                        new TimelineHistory(
                                new Timeline(SYSTEM, 3, SECOND_END),
                                List.of(
                                        new Ancestor(FIRST, FIRST_END),
                                        new Ancestor(
                                                new Timeline(SYSTEM, 2, FIRST_END), SECOND_END))));
        assertThat(TimelineHistory.parse(SYSTEM, 1, "").ancestors()).isEmpty();
    }

    @Test
    void knowsWhereEarlierTimelinesEndAndNoOthers() {
        TimelineHistory history = TimelineHistory.parse(SYSTEM, 3, FILE);
        assertThat(history.end(FIRST)).isEqualTo(FIRST_END);
        assertThat(history.end(new Timeline(SYSTEM, 2, FIRST_END))).isEqualTo(SECOND_END);
        assertThat(history.end(Timeline.numbered(SYSTEM, 2))).isEqualTo(SECOND_END);
        assertThat(history.end(Timeline.numbered(SYSTEM, 3))).isNull();
        assertThat(history.end(Timeline.numbered(SYSTEM, 4))).isNull();
        assertThat(history.end(Timeline.numbered(SYSTEM + 1, 2))).isNull();
    }

    /** Standbys that are promoted without knowing of each other count the same number. */
    @Test
    void tellsTimelinesOfOneNumberApartByWhereTheyBegan() {
        TimelineHistory history = TimelineHistory.parse(SYSTEM, 3, FILE);
        Timeline sibling = new Timeline(SYSTEM, 3, FIRST_END);
        assertThat(history.holds(sibling, FIRST_END)).isFalse();
        assertThat(history.end(new Timeline(SYSTEM, 2, SECOND_END))).isNull();
    }

    /** Of a standby that was to follow another one, and came not so far as that had begun. */
    @Test
    void endsATimelineWhereALaterOneBeganInFrontOfItsEnd() {
        TimelineHistory history =
                TimelineHistory.parse(SYSTEM, 3, "1\t0/500\tbefore\n2\t0/450\tbefore\n");
        assertThat(history.end(FIRST)).isEqualTo(Lsn.parse("0/450"));
        assertThat(history.holds(FIRST, Lsn.parse("0/450"))).isTrue();
        assertThat(history.holds(FIRST, Lsn.parse("0/451"))).isFalse();
        assertThat(history.timeline()).isEqualTo(new Timeline(SYSTEM, 3, Lsn.parse("0/450")));
    }

    @Test
    void holdsWhatIsInFrontOfTheEnd() {
        TimelineHistory history = TimelineHistory.parse(SYSTEM, 3, FILE);
        assertThat(history.holds(FIRST, FIRST_END)).isTrue();
        assertThat(history.holds(FIRST, FIRST_END.next())).isFalse();
        assertThat(history.holds(new Timeline(SYSTEM, 3, SECOND_END), new Lsn(-1))).isTrue();
        assertThat(history.holds(Timeline.numbered(SYSTEM, 3), new Lsn(-1))).isTrue();
        assertThat(history.holds(Timeline.numbered(SYSTEM + 1, 3), new Lsn(1))).isFalse();
    }

    @Test
    void refusesWhatIsNone() {
        assertThatThrownBy(() -> TimelineHistory.parse(SYSTEM, 2, "1 0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found: 1 0");
        assertThatThrownBy(() -> TimelineHistory.parse(SYSTEM, 2, "1"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
