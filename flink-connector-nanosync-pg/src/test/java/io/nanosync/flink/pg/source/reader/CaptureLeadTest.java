package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.wal.CheckpointedPositions;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How far ahead of the checkpoints a stream is. */
final class CaptureLeadTest {

    private final CheckpointedPositions positions = new CheckpointedPositions();
    private final UnheldCommits unheld = new UnheldCommits(positions);
    private final CaptureLead lead = new CaptureLead(Duration.ofHours(1), unheld);
    private long checkpoint;

    CaptureLeadTest() {
        complete(100);
    }

    private void complete(long lsn) {
        if (checkpoint == 0) {
            positions.restored(StreamPosition.at(new Lsn(lsn)));
        }
        checkpoint++;
        positions.snapshot(checkpoint, StreamPosition.at(new Lsn(lsn)));
        positions.completed(checkpoint);
    }

    private static long minutes(long minutes) {
        return TimeUnit.MINUTES.toMicros(minutes);
    }

    private void read(long lsn, long minute) {
        unheld.read(StreamPosition.at(new Lsn(lsn)), minutes(minute));
    }

    private boolean isTooFarAt(long minute) {
        return lead.isTooFar(minutes(minute), minutes(minute));
    }

    @Test
    void countsFromTheOldestThatNoCheckpointHolds() {
        read(200, 0);
        read(300, 50);
        assertThat(isTooFarAt(60)).isFalse();
        assertThat(isTooFarAt(61)).isTrue();
        assertThat(lead.seconds()).isEqualTo(61 * 60);
        complete(199);
        assertThat(isTooFarAt(61)).isTrue();
        complete(200);
        assertThat(isTooFarAt(110)).isFalse();
        assertThat(isTooFarAt(111)).isTrue();
        complete(1000);
        assertThat(isTooFarAt(10_000)).isFalse();
        assertThat(lead.seconds()).isZero();
    }

    @Test
    void countsWhatWaitsToBeGiven() {
        assertThat(lead.isTooFar(minutes(0), minutes(60))).isFalse();
        assertThat(lead.isTooFar(minutes(0), minutes(61))).isTrue();
    }

    @Test
    void pagesOfOneMomentCountUntilTheLastIsHeld() {
        read(200, 0);
        read(300, 0);
        read(500, 0);
        complete(499);
        assertThat(isTooFarAt(61)).isTrue();
        complete(500);
        assertThat(isTooFarAt(61)).isFalse();
    }

    /** Times of other servers, which come by replication, have no order. */
    @Test
    void timesThatGoBackAreNoLead() {
        read(200, 500);
        assertThat(isTooFarAt(0)).isFalse();
        assertThat(lead.measure(0, 0)).isZero();
        read(300, 450);
        assertThat(isTooFarAt(510)).isFalse();
        assertThat(isTooFarAt(511)).isTrue();
        complete(200);
        assertThat(isTooFarAt(511)).isTrue();
    }

    @Test
    void anyLeadIsAllowedWithoutABound() {
        CaptureLead unbounded = new CaptureLead(null, unheld);
        read(200, 0);
        assertThat(unbounded.isTooFar(minutes(1_000_000), minutes(1_000_000))).isFalse();
        assertThat(unbounded.measure(0, minutes(3))).isEqualTo(minutes(3));
    }
}
