package io.nanosync.flink.pg.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SnapshotBoundaryTest {

    private static final Lsn BEFORE = new Lsn(99);
    private static final Lsn END = new Lsn(100);

    @Test
    void readsWhatPostgresPrints() {
        assertThat(SnapshotBoundary.of("740:745:741,743", List.of(7), END))
                .isEqualTo(new SnapshotBoundary(List.of(7), 740, 745, List.of(741L, 743L), END));
        assertThat(SnapshotBoundary.of("740:740:", List.of(), END).running()).isEmpty();
        assertThatThrownBy(() -> SnapshotBoundary.of("740:745", List.of(), END))
                .hasMessageContaining("found 740:745");
    }

    @Test
    void showsWhatHadEnded() {
        SnapshotBoundary boundary = SnapshotBoundary.of("740:745:741,743", List.of(), END);
        assertThat(List.of(739, 740, 741, 742, 743, 744, 745, 746))
                .filteredOn(xid -> boundary.shows(xid, BEFORE))
                .containsExactly(739, 740, 742, 744);
    }

    /** Begin tells 32 bits of an id. */
    @Test
    void widensIdsAcrossEpochs() {
        long epoch = 3L << 32;
        SnapshotBoundary boundary =
                new SnapshotBoundary(List.of(), epoch - 2, epoch + 2, List.of(epoch - 1), END);
        assertThat(List.of(-3, -2, -1, 0, 1, 2, 3))
                .filteredOn(xid -> boundary.shows(xid, BEFORE))
                .containsExactly(-3, -2, 0, 1);
        SnapshotBoundary unsigned =
                new SnapshotBoundary(List.of(), 0x8000_0000L, 0x8000_0001L, List.of(), END);
        assertThat(unsigned.shows(0x8000_0000, BEFORE)).isTrue();
        assertThat(unsigned.shows(0x8000_0001, BEFORE)).isFalse();
    }

    @Test
    void showsNothingThatCommittedBehindIt() {
        SnapshotBoundary boundary = SnapshotBoundary.of("740:745:", List.of(), END);
        assertThat(boundary.shows(740, END)).isFalse();
        assertThat(boundary.isPassedBy(StreamPosition.at(BEFORE))).isFalse();
        assertThat(boundary.isPassedBy(StreamPosition.at(END))).isTrue();
    }
}
