package io.nanosync.flink.pg.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotGranted;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotLost;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsAcknowledged;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsFinished;
import io.nanosync.flink.pg.source.split.PgSplit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Splits go out and come back in orders that a real job can't be steered into. */
final class SnapshotPhaseTest {

    private @Nullable EnumeratorHarness harness;

    @AfterEach
    void close() {
        if (harness != null) {
            harness.close();
        }
    }

    private EnumeratorHarness reading(int parallelism, long blocks) {
        harness =
                EnumeratorHarness.start(
                        EnumeratorHarness.server(blocks),
                        EnumeratorHarness.config(new StartupMode.Initial()),
                        parallelism);
        for (int i = 0; i < parallelism; i++) {
            harness.register(i);
        }
        harness.untilIn(SnapshotPhase.class);
        return harness;
    }

    @Test
    void noSplitGoesOutBeforeACheckpointHasCompleted() {
        EnumeratorHarness harness = reading(1, 100);
        harness.settle();
        assertThat(harness.assigned(0)).isEmpty();
        harness.take();
        harness.settle();
        assertThat(harness.assigned(0)).isEmpty();
        harness.checkpoint();
        harness.until("splits go out", () -> !harness.assigned(0).isEmpty());
        harness.assertRuns();
    }

    @Test
    void asManySplitsAreOutAsThereAreWorkersAndOneMoreBehindEach() {
        EnumeratorHarness harness = reading(2, 1000);
        harness.checkpoint();
        harness.until("splits go out", () -> !harness.assigned(0).isEmpty());
        assertThat(harness.assigned(0).size() + harness.assigned(1).size()).isEqualTo(6);
    }

    /** A reader that fails has splits from its checkpoint again, which wait for that. */
    @Test
    void readerThatComesBackMayReadOn() {
        EnumeratorHarness harness = reading(1, 100);
        harness.checkpoint();
        harness.until("splits go out", () -> !harness.assigned(0).isEmpty());
        int before = harness.events(0, SnapshotGranted.class).size();
        harness.readerFails(0);
        harness.register(0);
        assertThat(harness.events(0, SnapshotGranted.class)).hasSize(before + 1);
    }

    /** The checkpoint took long, and the keeper ended meanwhile: no row was sent, none is lost. */
    @Test
    void keeperThatIsLostBeforeTheFirstSplitCostsNoTruncate() {
        EnumeratorHarness harness = reading(1, 100);
        harness.server.loseKeepers();
        harness.checkpoint();
        harness.untilIn(RestartPhase.class);
        assertThat(harness.assigned(0)).isEmpty();
        EnumeratorState.Restarting state =
                (EnumeratorState.Restarting) harness.enumerator.snapshotState(9).state();
        assertThat(state.lost().begun()).isEmpty();
    }

    /** Between the assignment and the next checkpoint: its rows may be out already. */
    @Test
    void keeperThatIsLostBehindTheFirstSplitMakesItsTableStartOver() {
        EnumeratorHarness harness = reading(1, 100);
        harness.checkpoint();
        harness.until("splits go out", () -> !harness.assigned(0).isEmpty());
        harness.report(0, new SnapshotLost(1, "its keeper is gone"));
        EnumeratorState.Restarting state =
                (EnumeratorState.Restarting) harness.enumerator.snapshotState(9).state();
        assertThat(state.lost().begun()).containsExactly(1);
    }

    @Test
    void lossOfAnEarlierSnapshotIsOfNoInterest() {
        EnumeratorHarness harness = reading(1, 100);
        harness.checkpoint();
        harness.until("splits go out", () -> !harness.assigned(0).isEmpty());
        harness.report(0, new SnapshotLost(0, "long ago"));
        assertThat(harness.enumerator.phase()).isInstanceOf(SnapshotPhase.class);
    }

    @Test
    void consumerWithoutTruncateFailsInsteadOfStartingOver() {
        harness =
                EnumeratorHarness.start(
                        EnumeratorHarness.server(100),
                        Configs.withoutTruncate(
                                EnumeratorHarness.config(new StartupMode.Initial())),
                        1);
        harness.register(0);
        harness.untilIn(SnapshotPhase.class);
        harness.checkpoint();
        harness.until("splits go out", () -> !harness.assigned(0).isEmpty());
        harness.report(0, new SnapshotLost(1, "its keeper is gone"));
        assertThat(harness.untilFailed())
                .hasMessageContaining("was lost (its keeper is gone)")
                .hasMessageContaining("no way to take them back")
                .hasMessageContaining(
                        FreshSnapshot.remedy(EnumeratorHarness.config(new StartupMode.Initial())));
        // It fails and does nothing else: no reader is told to stop, nothing is taken anew.
        harness.settle();
        assertThat(harness.enumerator.phase()).isInstanceOf(SnapshotPhase.class);
        assertThat(harness.server.calls()).doesNotContain("dropSlot");
    }

    @Test
    void splitsOfAReaderThatFailsAreUnreadAgainUntilACheckpointHasThem() {
        EnumeratorHarness harness = reading(1, 1000);
        harness.checkpoint();
        harness.until("splits go out", () -> !harness.assigned(0).isEmpty());
        SnapshotPhase phase = (SnapshotPhase) harness.enumerator.phase();
        assertThat(splitsRead(phase)).isZero();
        List<String> ids = harness.assignedIds(0);
        harness.report(0, new SplitsFinished(ids.subList(0, 1)));
        harness.checkpoint();
        harness.report(0, new SplitsFinished(ids.subList(1, 2)));
        assertThat(splitsRead(phase)).isEqualTo(2);
        harness.report(0, new SplitsFinished(ids.subList(1, 2)));
        assertThat(splitsRead(phase)).isEqualTo(2);
        harness.readerFails(0);
        assertThat(splitsRead(phase)).isEqualTo(1);
        assertThat(phase.splitCounts().get(0).total()).isEqualTo(125);
    }

    private static long splitsRead(SnapshotPhase phase) {
        return phase.splitCounts().get(0).read();
    }

    @Test
    void handsOverWhenACheckpointCoversTheLastReport() {
        EnumeratorHarness harness = reading(1, 30);
        harness.checkpoint();
        harness.until(
                "all splits are out",
                () -> {
                    harness.report(0, new SplitsFinished(harness.assignedIds(0)));
                    return harness.assigned(0).size() == 4;
                });
        long covering = harness.take();
        assertThat(harness.enumerator.phase()).isInstanceOf(SnapshotPhase.class);
        harness.complete(covering);
        assertThat(harness.enumerator.phase()).isInstanceOf(HandOverPhase.class);
        assertThat(harness.events(0, SplitsAcknowledged.class)).isNotEmpty();
        harness.checkpoint();
        assertThat(harness.enumerator.phase()).isInstanceOf(StreamPhase.class);
    }

    /** The reader reported, no checkpoint covers it yet, and it goes back behind its report. */
    @Test
    void reportsOfAReaderThatFailsAreVoid() {
        EnumeratorHarness harness = reading(2, 8);
        harness.checkpoint();
        harness.until("the split is out", () -> !harness.assigned(0).isEmpty());
        PgSplit split = harness.assigned(0).get(0);
        long before = harness.take();
        harness.report(0, new SplitsFinished(List.of(split.splitId())));
        harness.readerFails(0, split);
        harness.complete(before);
        harness.checkpoint();
        assertThat(harness.enumerator.phase()).isInstanceOf(SnapshotPhase.class);
        assertThat(harness.assignedIds(1)).containsExactly(split.splitId());
        harness.report(1, new SplitsFinished(List.of(split.splitId())));
        harness.checkpoint();
        assertThat(harness.enumerator.phase()).isInstanceOf(HandOverPhase.class);
    }

    /** With the flag set and interval-during-backlog 0 no checkpoint is ever taken. */
    @Test
    void backlogIsSaidWhileSplitsAreOutAndNeverWhileACheckpointIsAwaited() {
        EnumeratorHarness harness = reading(1, 8);
        harness.settle();
        assertThat(harness.context.backlog).doesNotContain(true);
        harness.checkpoint();
        harness.until("the split is out", () -> !harness.assigned(0).isEmpty());
        assertThat(harness.context.backlog).last().isEqualTo(true);
        harness.report(0, new SplitsFinished(harness.assignedIds(0)));
        assertThat(harness.context.backlog).last().isEqualTo(false);
        harness.readerFails(0, harness.assigned(0).get(0));
        harness.register(0);
        assertThat(harness.context.backlog).last().isEqualTo(true);
        harness.report(0, new SnapshotLost(1, "its keeper is gone"));
        assertThat(harness.context.backlog).last().isEqualTo(false);
    }

    /** Nobody reads under it at the moment, and no connection would tell for hours. */
    @Test
    void deadKeeperIsFoundWithoutAReader() {
        harness =
                new EnumeratorHarness(
                        EnumeratorHarness.server(100),
                        EnumeratorHarness.config(new StartupMode.Initial()),
                        new Timings(Duration.ofMinutes(10), Duration.ofMillis(20)),
                        1,
                        null);
        harness.register(0);
        harness.untilIn(SnapshotPhase.class);
        harness.checkpoint();
        harness.until("splits go out", () -> !harness.assigned(0).isEmpty());
        harness.server.loseKeepers();
        harness.untilIn(RestartPhase.class);
    }

    /** Splits that are being read don't need the keeper any more. */
    @Test
    void deadKeeperThatNobodyNeedsIsNoLoss() {
        harness =
                new EnumeratorHarness(
                        EnumeratorHarness.server(8),
                        EnumeratorHarness.config(new StartupMode.Initial()),
                        new Timings(Duration.ofMinutes(10), Duration.ofMillis(20)),
                        1,
                        null);
        harness.register(0);
        harness.untilIn(SnapshotPhase.class);
        harness.checkpoint();
        harness.until("the split is out", () -> !harness.assigned(0).isEmpty());
        long asked = harness.server.calls().stream().filter("isAlive"::equals).count();
        harness.server.loseKeepers();
        harness.until(
                "the keeper was asked again",
                () ->
                        harness.server.calls().stream().filter("isAlive"::equals).count()
                                > asked + 2);
        assertThat(harness.enumerator.phase()).isInstanceOf(SnapshotPhase.class);
    }

    @Test
    void saysSoWhenNoCheckpointComesBehindTheLastSplit() {
        harness = impatient(EnumeratorHarness.config(new StartupMode.Initial()));
        harness.register(0);
        harness.until("splits go out", () -> !harness.assigned(0).isEmpty());
        harness.report(0, new SplitsFinished(harness.assignedIds(0)));
        assertThat(harness.untilFailed())
                .hasMessageContaining("has read its snapshot")
                .hasMessageContaining("execution.checkpointing.interval");
    }

    private static EnumeratorHarness impatient(SourceConfig config) {
        return new EnumeratorHarness(
                EnumeratorHarness.server(8),
                Configs.unawareOfCheckpoints(config),
                new Timings(Duration.ofMillis(50), Duration.ofMinutes(1)),
                1,
                null);
    }

    @Test
    void readersOfABoundedSnapshotEndWhenAllIsReported() {
        harness =
                EnumeratorHarness.start(
                        EnumeratorHarness.server(8),
                        EnumeratorHarness.config(new StartupMode.Snapshot()),
                        2);
        harness.register(0, 1);
        harness.until("the split is out", () -> !harness.assigned(0).isEmpty());
        List<String> ids = new ArrayList<>(harness.assignedIds(0));
        assertThat(harness.toldNoMoreSplits(1)).isFalse();
        harness.report(0, new SplitsFinished(ids));
        assertThat(harness.toldNoMoreSplits(0)).isTrue();
        assertThat(harness.toldNoMoreSplits(1)).isTrue();
        assertThat(harness.enumerator.phase().number()).isEqualTo(4);
    }
}
