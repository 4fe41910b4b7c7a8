package io.nanosync.flink.pg.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotLost;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotStopped;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsFinished;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StopSnapshot;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.RestartSplit;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A lost snapshot: stop, checkpoint, truncate, checkpoint, rows; whatever comes between. */
final class RestartPhaseTest {

    private @Nullable EnumeratorHarness harness;

    @AfterEach
    void close() {
        if (harness != null) {
            harness.close();
        }
    }

    /** A pipeline whose snapshot was lost in the middle. */
    private EnumeratorHarness lost(int parallelism) {
        harness =
                EnumeratorHarness.start(
                        EnumeratorHarness.server(100),
                        EnumeratorHarness.config(new StartupMode.Initial()),
                        parallelism);
        harness.register(0);
        harness.untilIn(SnapshotPhase.class);
        harness.checkpoint();
        harness.until("splits go out", () -> !harness.assigned(0).isEmpty());
        harness.report(0, new SnapshotLost(1, "the test says so"));
        assertThat(harness.enumerator.phase()).isInstanceOf(RestartPhase.class);
        return harness;
    }

    @Test
    void readsAgainBehindATruncateAndACheckpointOnEachSideOfIt() {
        EnumeratorHarness harness = lost(1);
        int before = harness.assigned(0).size();
        assertThat(harness.events(0, StopSnapshot.class)).containsExactly(new StopSnapshot(1));
        harness.checkpoint();
        harness.settle();
        assertThat(harness.enumerator.phase()).isInstanceOf(RestartPhase.class);
        harness.report(0, new SnapshotStopped(1));
        harness.checkpoint();
        harness.untilIn(SnapshotPhase.class);
        harness.checkpoint();
        harness.until("the truncate is out", () -> harness.assigned(0).size() > before);
        harness.settle();
        List<PgSplit> assigned = harness.assigned(0);
        assertThat(assigned).hasSize(before + 1);
        assertThat(assigned.get(before)).isInstanceOf(RestartSplit.class);
        harness.report(0, new SplitsFinished(List.of(RestartSplit.id(2))));
        assertThat(harness.assigned(0)).hasSize(before + 1);
        harness.checkpoint();
        harness.until("rows follow", () -> harness.assigned(0).size() > before + 1);
        assertThat(harness.assignedIds(0).get(before + 1)).startsWith("snapshot-2:");
        harness.assertRuns();
    }

    @Test
    void readerThatComesMeanwhileIsStoppedTooBeforeAnythingGoesOn() {
        EnumeratorHarness harness = lost(2);
        harness.report(0, new SnapshotStopped(1));
        harness.checkpoint();
        harness.settle();
        assertThat(harness.enumerator.phase()).isInstanceOf(RestartPhase.class);
        harness.register(1);
        assertThat(harness.events(1, StopSnapshot.class)).containsExactly(new StopSnapshot(1));
        harness.report(1, new SnapshotStopped(1));
        harness.checkpoint();
        harness.untilIn(SnapshotPhase.class);
    }

    private EnumeratorHarness betweenTwoTables(SourceConfig config) {
        harness = EnumeratorHarness.start(EnumeratorHarness.server(8, 800), config, 1);
        harness.register(0);
        harness.untilIn(SnapshotPhase.class);
        harness.checkpoint();
        harness.until("splits go out", () -> !harness.assigned(0).isEmpty());
        return harness;
    }

    private static SourceConfig overTwoTables() {
        return EnumeratorHarness.config(new StartupMode.Initial(), "public.t1", "public.t2");
    }

    /** The first table is finished, then the snapshot is lost. */
    private EnumeratorHarness lostBehindTheFirstTable(SourceConfig config) {
        EnumeratorHarness harness = betweenTwoTables(config);
        harness.report(0, new SplitsFinished(List.of("snapshot-1:public.t1:0-")));
        harness.checkpoint();
        harness.report(0, new SnapshotLost(1, "the test says so"));
        harness.report(0, new SnapshotStopped(1));
        return harness;
    }

    /** Goes on until the truncate of the next snapshot is out. */
    private static RestartSplit untilTruncated(EnumeratorHarness harness) {
        int before = harness.assigned(0).size();
        harness.checkpoint();
        harness.untilIn(SnapshotPhase.class);
        harness.checkpoint();
        harness.until("the truncate is out", () -> harness.assigned(0).size() > before);
        return (RestartSplit) harness.assigned(0).get(before);
    }

    @Test
    void onlyTablesThatAreNotFinishedAreReadAgain() {
        EnumeratorHarness harness = lostBehindTheFirstTable(overTwoTables());
        RestartSplit restart = untilTruncated(harness);
        assertThat(restart.tables()).extracting(TableSchema::oid).containsExactly(2);
        int restarted = harness.assigned(0).size();
        harness.report(0, new SplitsFinished(List.of(restart.splitId())));
        harness.checkpoint();
        harness.until("rows follow", () -> harness.assigned(0).size() > restarted);
        assertThat(harness.assignedIds(0).subList(restarted, harness.assigned(0).size()))
                .allMatch(id -> id.startsWith("snapshot-2:public.t2:"));
        assertThat(harness.server.calls()).contains("locateSnapshot").doesNotContain("dropSlot");
        harness.assertRuns();
    }

    /** Its rows may still be on the way when the readers go back to the last checkpoint. */
    @Test
    void tableThatNoCheckpointCoversIsNotFinished() {
        EnumeratorHarness harness = betweenTwoTables(overTwoTables());
        harness.report(0, new SplitsFinished(List.of("snapshot-1:public.t1:0-")));
        harness.take();
        harness.report(0, new SnapshotLost(1, "the test says so"));
        LostSnapshot lost =
                ((EnumeratorState.Restarting) harness.enumerator.snapshotState(99).state()).lost();
        assertThat(lost.finished()).isEmpty();
        assertThat(lost.begun()).containsExactlyInAnyOrder(1, 2);
    }

    /** The slot goes as well, so the finished table is taken back too. */
    @Test
    void finishedTableIsTakenBackWhenTheSlotIsGone() {
        EnumeratorHarness harness = lostBehindTheFirstTable(overTwoTables());
        harness.server.slot(null);
        RestartSplit restart = untilTruncated(harness);
        assertThat(restart.tables()).extracting(TableSchema::oid).containsExactly(1, 2);
        assertThat(harness.server.calls()).contains("createSlot").doesNotContain("locateSnapshot");
        harness.assertRuns();
    }

    /** One bounded snapshot shows all its tables as they were at one moment. */
    @Test
    void boundedSnapshotIsReadAgainAsAWhole() {
        EnumeratorHarness harness =
                lostBehindTheFirstTable(
                        EnumeratorHarness.config(
                                new StartupMode.Snapshot(), "public.t1", "public.t2"));
        int before = harness.assigned(0).size();
        harness.checkpoint();
        harness.until("the truncate is out", () -> harness.assigned(0).size() > before);
        RestartSplit restart = (RestartSplit) harness.assigned(0).get(before);
        assertThat(restart.tables()).extracting(TableSchema::oid).containsExactly(1, 2);
    }

    /** Its state was taken while a reader could still emit rows of the lost snapshot. */
    @Test
    void checkpointThatBeganBeforeAllHadStoppedDoesNotCount() {
        EnumeratorHarness harness = lost(1);
        long early = harness.take();
        harness.report(0, new SnapshotStopped(1));
        harness.complete(early);
        harness.settle();
        assertThat(harness.enumerator.phase()).isInstanceOf(RestartPhase.class);
        harness.checkpoint();
        harness.untilIn(SnapshotPhase.class);
    }

    @Test
    void readerThatFailsBehindItsConfirmationHasToStopAgain() {
        EnumeratorHarness harness = lost(1);
        harness.report(0, new SnapshotStopped(1));
        long before = harness.take();
        harness.readerFails(0);
        harness.complete(before);
        harness.settle();
        assertThat(harness.enumerator.phase()).isInstanceOf(RestartPhase.class);
        harness.register(0);
        assertThat(harness.events(0, StopSnapshot.class)).hasSize(2);
        harness.report(0, new SnapshotStopped(1));
        harness.checkpoint();
        harness.untilIn(SnapshotPhase.class);
    }

    /** Flink may complete a checkpoint late: nothing of the restart depends on it. */
    @Test
    void checkpointThatCompletesWhileTheSnapshotIsTakenAnewChangesNothing() {
        EnumeratorHarness harness = lost(1);
        harness.report(0, new SnapshotStopped(1));
        long first = harness.take();
        long second = harness.take();
        harness.server.hold("createSlot");
        harness.complete(first);
        harness.until("it is taken", () -> harness.server.calls().contains("dropSlot"));
        EnumeratorState state = harness.enumerator.snapshotState(99).state();
        assertThat(state).isInstanceOf(EnumeratorState.Restarting.class);
        harness.complete(second);
        harness.server.release();
        harness.untilIn(SnapshotPhase.class);
        harness.settle();
        assertThat(harness.assignedIds(0)).doesNotContain(RestartSplit.id(2));
        harness.checkpoint();
        harness.until(
                "the truncate is out", () -> harness.assignedIds(0).contains(RestartSplit.id(2)));
    }

    @Test
    void oldSplitsOfAReaderThatFailsWhileTheSnapshotIsTakenAnewAreVoid() {
        EnumeratorHarness harness = lost(1);
        List<PgSplit> old = List.copyOf(harness.assigned(0));
        harness.report(0, new SnapshotStopped(1));
        harness.server.hold("createSlot");
        harness.checkpoint();
        harness.readerFails(0, old.toArray(PgSplit[]::new));
        harness.register(0);
        harness.server.release();
        harness.untilIn(SnapshotPhase.class);
        harness.checkpoint();
        harness.until(
                "the truncate is out", () -> harness.assignedIds(0).contains(RestartSplit.id(2)));
        assertThat(harness.assigned(0)).hasSize(old.size() + 1);
    }

    /** A reader that was told that no more splits come has ended, and answers nobody. */
    @Test
    void readerThatHasEndedIsNotWaitedFor() {
        harness =
                EnumeratorHarness.start(
                        EnumeratorHarness.server(8),
                        EnumeratorHarness.config(new StartupMode.Snapshot()),
                        2);
        harness.register(0, 1);
        harness.until("the split is out", () -> !harness.assigned(0).isEmpty());
        PgSplit split = harness.assigned(0).get(0);
        harness.report(0, new SplitsFinished(List.of(split.splitId())));
        harness.readerFails(0, split);
        harness.register(0);
        harness.report(0, new SnapshotLost(1, "the test says so"));
        assertThat(harness.untilFailed())
                .isNotInstanceOf(PipelineFailedException.class)
                .hasMessageContaining("have ended")
                .hasMessageContaining("the test says so");
    }

    @Test
    void saysSoWhenNoCheckpointEverComes() {
        SourceConfig config =
                Configs.unawareOfCheckpoints(EnumeratorHarness.config(new StartupMode.Snapshot()));
        harness =
                new EnumeratorHarness(
                        EnumeratorHarness.server(8),
                        config,
                        new Timings(Duration.ofMillis(50), Duration.ofMinutes(1)),
                        1,
                        null);
        harness.register(0);
        harness.until("the split is out", () -> !harness.assigned(0).isEmpty());
        harness.report(0, new SnapshotLost(1, "the test says so"));
        harness.report(0, new SnapshotStopped(1));
        assertThat(harness.untilFailed())
                .hasMessageContaining("waits for a checkpoint")
                .hasMessageContaining("execution.checkpointing.interval");
    }
}
