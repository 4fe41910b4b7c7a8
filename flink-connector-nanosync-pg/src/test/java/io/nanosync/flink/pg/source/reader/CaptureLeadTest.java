package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.wal.CheckpointedPositions;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How far ahead of the checkpoints a stream is. */
final class CaptureLeadTest {

    private static final String OWN = CommitTimes.OWN;
    private static final String OTHER = CommitTimes.of("other");

    private final CheckpointedPositions positions = new CheckpointedPositions();
    private final UnheldCommits unheld = new UnheldCommits(positions);
    private final CaptureLead lead = new CaptureLead(Duration.ofHours(1), unheld);
    private final CommitTimes times = new CommitTimes();
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

    private void read(long lsn, String clock, long minute) {
        times.waits(clock, minutes(minute));
        unheld.read(StreamPosition.at(new Lsn(lsn)), times, 0);
        times.given();
    }

    private void read(long lsn, long minute) {
        read(lsn, OWN, minute);
    }

    private boolean isTooFarAt(long minute) {
        times.read(OWN, minutes(minute));
        return lead.isTooFar(times);
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
        times.waits(OWN, minutes(0));
        assertThat(isTooFarAt(60)).isFalse();
        assertThat(isTooFarAt(61)).isTrue();
        times.given();
        assertThat(isTooFarAt(200)).isFalse();
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

    /** A clock that was set back, or a time of another server whose origin nothing names. */
    @Test
    void timesThatGoBackAreNoLead() {
        read(200, 500);
        assertThat(isTooFarAt(0)).isFalse();
        assertThat(lead.measure(times)).isZero();
        read(300, 450);
        assertThat(isTooFarAt(560)).isFalse();
        assertThat(isTooFarAt(561)).isTrue();
        complete(300);
        assertThat(isTooFarAt(561)).isFalse();
    }

    /** As far as clocks, or what servers have, are apart, nothing is ahead. */
    @Test
    void timesOfServersAreNotComparedWithEachOther() {
        read(200, OTHER, 0);
        read(300, 5000);
        read(400, OTHER, 60);
        read(500, CommitTimes.of("third"), 9000);
        assertThat(isTooFarAt(5060)).isFalse();
        read(600, OTHER, 61);
        assertThat(isTooFarAt(5060)).isTrue();
        assertThat(lead.seconds()).isEqualTo(61 * 60);
        complete(200);
        assertThat(isTooFarAt(5060)).isFalse();
        assertThat(isTooFarAt(5061)).isTrue();
    }

    /** 2000-01-01: a session that has an origin and was given no time. */
    @Test
    void timeThatWasNotGivenIsNone() {
        times.waits(OTHER, Instant.parse("2000-01-01T00:00:00Z").toEpochMilli() * 1000);
        unheld.read(StreamPosition.at(new Lsn(200)), times, 0);
        times.waits(OTHER, minutes(60_000_000));
        assertThat(lead.measure(times)).isZero();
    }

    @Test
    void anyLeadIsAllowedWithoutABound() {
        CaptureLead unbounded = new CaptureLead(null, unheld);
        read(200, 0);
        times.read(OWN, minutes(1_000_000));
        assertThat(unbounded.isTooFar(times)).isFalse();
        assertThat(unbounded.measure(times)).isEqualTo(minutes(1_000_000));
    }
}
