package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.wal.CheckpointedPositions;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.StreamPosition.Numbering;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import org.junit.jupiter.api.Test;

final class UnheldCommitsTest {

    private final CheckpointedPositions positions = new CheckpointedPositions();
    private final UnheldCommits unheld = new UnheldCommits(positions);
    private long checkpoint;

    UnheldCommitsTest() {
        positions.restored(at(100));
    }

    private static StreamPosition at(long end) {
        return StreamPosition.at(new Lsn(end));
    }

    /** In the middle of a transaction whose commit lies there. */
    private static StreamPosition inside(long end, long commit) {
        return new StreamPosition(
                new Lsn(end),
                new PartialTransaction(
                        new Lsn(commit), 7, 1, new Lsn(end + 1), 1, 'I', 1, Numbering.AT_LSN));
    }

    private void complete(StreamPosition position) {
        checkpoint++;
        positions.snapshot(checkpoint, position);
        positions.completed(checkpoint);
    }

    private void read(StreamPosition position, long micros) {
        CommitTimes times = new CommitTimes();
        times.waits(CommitTimes.OWN, micros);
        unheld.read(position, times, 5000);
    }

    /** The time of another server says nothing of how long it is here. */
    @Test
    void transactionOfAnOriginIsUnheldSinceItCame() {
        CommitTimes times = new CommitTimes();
        times.waits(CommitTimes.of("a"), 7);
        unheld.read(at(200), times, 5000);
        assertThat(unheld.oldestMicros()).isEqualTo(5000);
        assertThat(unheld.oldestMicros(CommitTimes.of("a"))).isEqualTo(7);
        assertThat(unheld.oldestMicros(CommitTimes.OWN)).isNull();
        times.waits(CommitTimes.OWN, 4000);
        unheld.read(at(300), times, 5001);
        assertThat(unheld.oldestMicros()).isEqualTo(4000);
        complete(at(300));
        assertThat(unheld.oldestMicros(CommitTimes.of("a"))).isNull();
    }

    @Test
    void areHeldOnceACheckpointWithTheirPlaceHasCompleted() {
        assertThat(unheld.oldestMicros()).isNull();
        read(at(200), 998);
        read(at(300), 999);
        assertThat(unheld.oldestMicros()).isEqualTo(998);
        positions.snapshot(1, at(200));
        assertThat(unheld.oldestMicros()).isEqualTo(998);
        positions.completed(1);
        assertThat(unheld.oldestMicros()).isEqualTo(999);
        complete(at(300));
        assertThat(unheld.oldestMicros()).isNull();
    }

    @Test
    void transactionIsHeldWhenAllOfItIs() {
        read(inside(100, 180), 990);
        complete(inside(100, 180));
        assertThat(unheld.oldestMicros()).isEqualTo(990);
        read(at(190), 990);
        complete(at(190));
        assertThat(unheld.oldestMicros()).isNull();
    }

    @Test
    void transactionThatIsNotReadOnIsUnheld() {
        unheld.standsBehind(at(100), 990);
        complete(at(100));
        assertThat(unheld.oldestMicros()).isEqualTo(990);
        read(at(190), 990);
        complete(at(190));
        assertThat(unheld.oldestMicros()).isNull();
    }

    @Test
    void whatAnEarlierStreamReadIsForgotten() {
        read(at(200), 990);
        unheld.begin();
        assertThat(unheld.oldestMicros()).isNull();
    }
}
