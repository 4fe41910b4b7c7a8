package io.nanosync.flink.pg.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.wal.StreamPosition.Numbering;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import org.junit.jupiter.api.Test;

final class CheckpointedPositionsTest {

    private final CheckpointedPositions positions = new CheckpointedPositions();

    private static StreamPosition at(long lsn) {
        return StreamPosition.at(new Lsn(lsn));
    }

    private void assertConfirmable(long lsn) {
        assertThat(positions.confirmable().lsn()).isEqualTo(new Lsn(lsn));
    }

    @Test
    void nothingMayBeConfirmedBeforeThereIsAPosition() {
        assertThatThrownBy(positions::confirmable)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The stream has no position yet");
    }

    @Test
    void restoredPositionMayBeConfirmedUntilACheckpointIsComplete() {
        positions.restored(at(100));
        positions.snapshot(7, at(900));
        assertConfirmable(100);
        positions.completed(7);
        assertConfirmable(900);
    }

    @Test
    void transactionEmittedInPartIsNotConfirmed() {
        positions.restored(at(100));
        positions.snapshot(
                1,
                new StreamPosition(
                        new Lsn(200),
                        new PartialTransaction(
                                new Lsn(300),
                                1,
                                5,
                                new Lsn(250),
                                16384,
                                'I',
                                1,
                                Numbering.AT_LSN)));
        positions.completed(1);
        assertConfirmable(200);
    }

    @Test
    void laterCheckpointCompletesThoseBeforeIt() {
        positions.restored(at(100));
        positions.snapshot(1, at(200));
        positions.snapshot(2, at(300));
        positions.snapshot(3, at(400));
        positions.completed(2);
        assertConfirmable(300);
        positions.completed(1);
        assertConfirmable(300);
        positions.completed(3);
        assertConfirmable(400);
    }

    @Test
    void abortedCheckpointConfirmsNothing() {
        positions.restored(at(100));
        positions.snapshot(1, at(200));
        positions.aborted(1);
        positions.completed(1);
        assertConfirmable(100);
    }

    @Test
    void checkpointOfAnEarlierAttemptOfTheJobConfirmsNothing() {
        positions.restored(at(100));
        positions.snapshot(5, at(500));
        positions.completed(4);
        assertConfirmable(100);
    }

    /** A reader that gets the stream again goes on from there, and from nothing that it took. */
    @Test
    void streamThatIsAssignedAnewForgetsTheCheckpointsBefore() {
        positions.restored(at(100));
        positions.snapshot(1, at(200));
        positions.completed(1);
        positions.snapshot(2, at(900));
        positions.restored(at(200));
        positions.completed(2);
        assertConfirmable(200);
    }

    @Test
    void comparesUnsigned() {
        positions.restored(at(0x7FFF_FFFF_FFFF_FFFFL));
        positions.snapshot(1, at(0x8000_0000_0000_0000L));
        positions.completed(1);
        assertConfirmable(0x8000_0000_0000_0000L);
    }
}
