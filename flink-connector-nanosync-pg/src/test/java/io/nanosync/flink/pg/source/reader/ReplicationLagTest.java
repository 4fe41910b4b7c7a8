package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.wal.CheckpointedPositions;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The lag by a clock that the test sets, seconds from its beginning on. */
final class ReplicationLagTest {

    private final CheckpointedPositions positions = new CheckpointedPositions();
    private final UnheldCommits unheld = new UnheldCommits(positions);
    private double now = 1000;
    private final ReplicationLag lag = new ReplicationLag(unheld, () -> (long) (now * 1e6));
    private long checkpoint;

    ReplicationLagTest() {
        StreamPosition start = at(100);
        positions.restored(start);
        lag.begin(start);
    }

    private static StreamPosition at(long end) {
        return StreamPosition.at(new Lsn(end));
    }

    private void read(StreamPosition position, double committed) {
        CommitTimes times = new CommitTimes();
        times.waits(CommitTimes.OWN, TimeUnit.MILLISECONDS.toMicros((long) (committed * 1e3)));
        unheld.read(position, times, 0);
    }

    private void complete(StreamPosition position) {
        checkpoint++;
        positions.snapshot(checkpoint, position);
        positions.completed(checkpoint);
    }

    /** The probe: the server has so much, and all of it has come. */
    private void caughtUp(long end) {
        lag.received(new Lsn(end));
        lag.serverHas(new Lsn(end));
    }

    private void assertLag(double seconds) {
        assertThat(lag.seconds()).isEqualTo(seconds);
    }

    @Test
    void isTheAgeOfTheOldestChangeThatNoCompletedCheckpointHolds() {
        caughtUp(100);
        assertLag(0);
        read(at(200), 998);
        read(at(300), 999.5);
        assertLag(2);
        positions.snapshot(1, at(200));
        now = 1001;
        caughtUp(300);
        assertLag(3);
        positions.completed(1);
        assertLag(1.5);
        complete(at(300));
        assertLag(0);
    }

    @Test
    void doesNotGrowWhileIdle() {
        caughtUp(100);
        read(at(200), 1000);
        complete(at(200));
        for (int second = 1; second <= 100; second++) {
            now = 1000 + second;
            caughtUp(200 + second);
            assertLag(0);
        }
    }

    @Test
    void growsWhileCheckpointsAreDeclined() {
        caughtUp(100);
        read(at(200), 1000);
        for (int second = 1; second <= 1000; second++) {
            now = 1000 + second;
            caughtUp(200 + second);
            positions.snapshot(second, at(200));
            positions.aborted(second);
            assertLag(second);
        }
    }

    @Test
    void walThatDoesNotComeCountsFromWhenItWasSeen() {
        caughtUp(100);
        now = 1001;
        lag.serverHas(new Lsn(500));
        assertLag(0);
        now = 1002;
        lag.serverHas(new Lsn(600));
        assertLag(0);
        now = 1011;
        lag.serverHas(new Lsn(700));
        assertLag(10);
        assertThat(lag.pendingBytes()).isEqualTo(600);
        lag.received(new Lsn(550));
        assertLag(9);
        assertThat(lag.pendingBytes()).isEqualTo(150);
        lag.received(new Lsn(700));
        assertLag(0);
        assertThat(lag.pendingBytes()).isZero();
    }

    @Test
    void withoutAWordFromTheServerAllTimeSinceCounts() {
        caughtUp(100);
        now = 1005;
        assertLag(0);
        now = 1006;
        assertLag(6);
        now = 5000;
        assertLag(4000);
        caughtUp(100);
        assertLag(0);
    }

    @Test
    void aServerThatWasNeverReachedCountsFromTheBeginning() {
        now = 1003;
        assertLag(3);
        assertThat(lag.pendingBytes()).isEqualTo(-1);
    }

    @Test
    void aCommitThatTheOtherClockPutsIntoTheFutureIsNoLag() {
        caughtUp(100);
        read(at(200), 1500);
        assertLag(0);
    }
}
