package io.nanosync.flink.pg.source.enumerator.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SplitTrackerTest {

    private final SplitTracker tracker = new SplitTracker();

    private static PgSplit split(String id) {
        return SampleValues.split(id, 1, null);
    }

    @Test
    void splitIsFinishedForGoodByTheFirstCheckpointTakenAfterItsReport() {
        tracker.assigned("a", 0);
        tracker.checkpointTaken(1);
        assertThat(tracker.reported("a", 0)).isTrue();
        assertThat(tracker.checkpointCompleted(1)).isEmpty();
        tracker.checkpointTaken(2);
        assertThat(tracker.checkpointCompleted(2)).containsExactly("a");
        assertThat(tracker.allConfirmed()).isTrue();
    }

    @Test
    void checkpointThatWasAbortedIsMadeUpForByALaterOne() {
        tracker.assigned("a", 0);
        tracker.reported("a", 0);
        tracker.checkpointTaken(1);
        tracker.checkpointTaken(2);
        assertThat(tracker.checkpointCompleted(2)).containsExactly("a");
    }

    @Test
    void reportIsVoidWhenItsReaderFallsBackBeforeACheckpoint() {
        tracker.assigned("a", 0);
        tracker.assigned("b", 1);
        tracker.reported("a", 0);
        tracker.reported("b", 1);
        tracker.checkpointTaken(1);
        // Reader 0 had the split in the checkpoint that it restores: nothing is given back, it
        // reads it again by itself.
        tracker.returned(List.of(), 0);
        assertThat(tracker.checkpointCompleted(1)).containsExactly("b");
        assertThat(tracker.reading()).isEqualTo(1);
        assertThat(tracker.allReported()).isFalse();
        tracker.reported("a", 0);
        tracker.checkpointTaken(2);
        assertThat(tracker.checkpointCompleted(2)).containsExactly("a");
    }

    @Test
    void splitThatNoCheckpointHoldsIsHandedOutAgain() {
        SnapshotSplit a = SampleValues.split("a", 1, null);
        tracker.assigned("a", 0);
        tracker.returned(List.of(a), 0);
        assertThat(tracker.reading()).isZero();
        assertThat(tracker.allReported()).isFalse();
        assertThat(tracker.poll()).isEqualTo(a.behind(null));
        assertThat(tracker.poll()).isNull();
    }

    @Test
    void reportOfAnotherReaderAfterARescaleCounts() {
        SplitTracker restored = SplitTracker.restored(List.of(split("w")), List.of("a", "b"));
        assertThat(restored.reading()).isEqualTo(2);
        restored.reported("a", 5);
        restored.returned(List.of(), 5);
        assertThat(restored.reading()).isEqualTo(2);
        restored.reported("a", 5);
        restored.reported("b", 3);
        restored.checkpointTaken(9);
        assertThat(restored.checkpointCompleted(9)).containsExactly("a", "b");
        assertThat(restored.allConfirmed()).isFalse();
        assertThat(restored.poll()).isNotNull();
        assertThat(restored.allConfirmed()).isTrue();
    }

    @Test
    void reportComingTwiceChangesNothing() {
        tracker.assigned("a", 0);
        tracker.reported("a", 0);
        tracker.checkpointTaken(1);
        tracker.reported("a", 0);
        assertThat(tracker.checkpointCompleted(1)).containsExactly("a");
        assertThat(tracker.reported("a", 0)).as("long since finished for good").isFalse();
    }

    @Test
    void stateHoldsWhatWaitsAndWhatIsHeld() {
        tracker.assigned("a", 0);
        tracker.assigned("b", 0);
        tracker.returned(List.of(split("b")), 1);
        assertThat(tracker.held()).containsExactly("a");
        assertThat(tracker.waiting()).extracting(PgSplit::splitId).containsExactly("b");
    }

    @Test
    void splitBehindAnotherBeginsWhenThatOneIsReported() {
        tracker.assigned("a", 0);
        assertThat(tracker.withoutSuccessor()).isEqualTo(new SplitTracker.Holding("a", 0));
        tracker.assignedBehind("b", "a", 0);
        assertThat(tracker.begun()).isEqualTo(1);
        assertThat(tracker.reading()).isEqualTo(2);
        assertThat(tracker.withoutSuccessor()).as("one behind each, not more").isNull();
        tracker.reported("a", 0);
        assertThat(tracker.begun()).isEqualTo(1);
        assertThat(tracker.withoutSuccessor()).isEqualTo(new SplitTracker.Holding("b", 0));
    }

    @Test
    void splitBehindAnotherCountsAsBegunWhenTheReaderRestoresIt() {
        tracker.assigned("a", 0);
        tracker.assignedBehind("b", "a", 0);
        tracker.returned(List.of(), 0);
        assertThat(tracker.begun()).isEqualTo(2);
    }

    @Test
    void splitThatComesBackWaitsForNoneAnyMore() {
        tracker.assigned("a", 0);
        tracker.assignedBehind("b", "a", 0);
        tracker.returned(List.of(SampleValues.split("b", 1, null)), 0);
        assertThat(tracker.poll())
                .isInstanceOfSatisfying(SnapshotSplit.class, b -> assertThat(b.after()).isNull());
    }
}
