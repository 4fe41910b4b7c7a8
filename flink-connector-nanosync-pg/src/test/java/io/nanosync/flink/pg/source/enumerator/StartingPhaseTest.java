package io.nanosync.flink.pg.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotGranted;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SnapshotLost;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsFinished;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.testing.FakePgClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The server hasn't answered yet, and Flink goes on. */
final class StartingPhaseTest {

    private @Nullable EnumeratorHarness harness;

    @AfterEach
    void close() {
        if (harness != null) {
            harness.close();
        }
    }

    private EnumeratorHarness start(FakePgClient server, @Nullable EnumeratorState state) {
        harness =
                new EnumeratorHarness(
                        server,
                        EnumeratorHarness.config(new StartupMode.Initial()),
                        Timings.USUAL,
                        1,
                        state);
        return harness;
    }

    @Test
    void checkpointThatIsTakenMeanwhileHoldsNothingYet() {
        FakePgClient server = EnumeratorHarness.server(8);
        server.hold("createSlot");
        EnumeratorHarness harness = start(server, null);
        harness.register(0);
        harness.checkpoint();
        assertThat(harness.enumerator.snapshotState(9).state())
                .isEqualTo(new EnumeratorState.Starting());
        server.release();
        harness.untilIn(SnapshotPhase.class);
        harness.settle();
        assertThat(harness.assigned(0)).isEmpty();
    }

    /** A restored reader reports, and another fails, before the snapshot is taken over. */
    @Test
    void whatReadersReportMeanwhileIsHeardWhenTheSnapshotGoesOn() {
        FakePgClient server = EnumeratorHarness.server(16);
        EnumeratorState state;
        List<PgSplit> splits;
        EnumeratorHarness first = start(server, null);
        first.register(0);
        first.untilIn(SnapshotPhase.class);
        first.checkpoint();
        first.until("splits are out", () -> first.assigned(0).size() == 2);
        splits = List.copyOf(first.assigned(0));
        state = first.enumerator.snapshotState(9).state();
        server.hold("identity");
        EnumeratorHarness second =
                new EnumeratorHarness(
                        server,
                        EnumeratorHarness.config(new StartupMode.Initial()),
                        first.registry(),
                        Timings.USUAL,
                        1,
                        state);
        first.close();
        second.register(0);
        second.report(0, new SplitsFinished(List.of(splits.get(0).splitId())));
        second.enumerator.addSplitsBack(List.of(splits.get(1)), 0);
        // Another job may have gone on from the same state.
        assertThat(second.events(0, SnapshotGranted.class)).isEmpty();
        server.release();
        second.until(
                "it goes on", () -> second.assignedIds(0).equals(List.of(splits.get(1).splitId())));
        assertThat(second.events(0, SnapshotGranted.class)).hasSize(1);
        second.report(0, new SplitsFinished(List.of(splits.get(1).splitId())));
        harness = second;
        // The failed reader's report is void.
        second.checkpoint();
        assertThat(second.enumerator.phase()).isInstanceOf(SnapshotPhase.class);
        second.report(0, new SplitsFinished(List.of(splits.get(0).splitId())));
        second.checkpoint();
        assertThat(second.enumerator.phase()).isInstanceOf(HandOverPhase.class);
    }

    /** The process died behind its last checkpoint, and the snapshot with it. */
    @Test
    void boundedSnapshotThatIsReadEndsWithoutItsSnapshot() {
        FakePgClient server = EnumeratorHarness.server(8);
        SourceConfig bounded = EnumeratorHarness.config(new StartupMode.Snapshot());
        EnumeratorHarness first = new EnumeratorHarness(server, bounded, Timings.USUAL, 1, null);
        first.register(0);
        first.until("the split is out", () -> first.assigned(0).size() == 1);
        String split = first.assignedIds(0).get(0);
        first.report(0, new SplitsFinished(List.of(split)));
        EnumeratorState state = first.enumerator.snapshotState(9).state();
        first.close();
        server.loseKeepers();
        harness = new EnumeratorHarness(server, bounded, Timings.USUAL, 1, state);
        harness.register(0);
        harness.untilIn(SnapshotPhase.class);
        harness.report(0, new SplitsFinished(List.of(split)));
        harness.until("the reader may end", () -> harness.toldNoMoreSplits(0));
        assertThat(harness.assigned(0)).isEmpty();
    }

    @Test
    void failureOfTheServerIsOpenToARestartOrNotAsItSays() {
        FakePgClient server = EnumeratorHarness.server(8);
        server.fail("createSlot", 1, PgException.tryAgain("the server went away"));
        try (EnumeratorHarness first = start(server, null)) {
            assertThat(first.untilFailed())
                    .isNotInstanceOf(PipelineFailedException.class)
                    .hasMessageContaining("the server went away");
        }
        server.fail("preflight", 1, PgException.needsPerson("the role lacks a right"));
        try (EnumeratorHarness second = start(server, null)) {
            assertThat(second.untilFailed())
                    .isInstanceOf(PipelineFailedException.class)
                    .hasMessageContaining("the role lacks a right");
        }
    }

    /** A table that is configured later has no place in a snapshot that is taken anew. */
    @Test
    void lostSnapshotOfOtherTablesIsNotTakenAnew() {
        FakePgClient server = EnumeratorHarness.server(8, 8);
        EnumeratorHarness first = start(server, null);
        first.register(0);
        first.untilIn(SnapshotPhase.class);
        first.checkpoint();
        first.until("a split is out", () -> !first.assigned(0).isEmpty());
        first.report(0, new SnapshotLost(1, "its keeper is gone"));
        EnumeratorState state = first.enumerator.snapshotState(9).state();
        assertThat(state).isInstanceOf(EnumeratorState.Restarting.class);
        first.close();
        harness =
                new EnumeratorHarness(
                        server,
                        EnumeratorHarness.config(
                                new StartupMode.Initial(), "public.t1", "public.t2"),
                        first.registry(),
                        Timings.USUAL,
                        1,
                        state);
        assertThat(harness.untilFailed())
                .isInstanceOf(PipelineFailedException.class)
                .hasMessageContaining("captures [public.t1 (OID 1), public.t2 (OID 2)], its state");
    }

    /** The sessions that the last start left behind end some time. */
    @Test
    void shortageIsOpenToARestartUnlessAPersonIsNeededToo() {
        FakePgClient server = EnumeratorHarness.server(8);
        Finding shortage = new Finding(Finding.Severity.SHORTAGE, "no connection is free", "SQL");
        server.finds(shortage);
        try (EnumeratorHarness first = start(server, null)) {
            assertThat(first.untilFailed())
                    .isNotInstanceOf(PipelineFailedException.class)
                    .hasMessageContaining("no connection is free. Run: SQL");
        }
        server.finds(shortage, new Finding(Finding.Severity.ERROR, "wal_level is replica", null));
        try (EnumeratorHarness second = start(server, null)) {
            assertThat(second.untilFailed())
                    .isInstanceOf(PipelineFailedException.class)
                    .hasMessageContaining("no connection is free. Run: SQL")
                    .hasMessageContaining("wal_level is replica");
        }
        server.finds();
        harness = start(server, null);
        harness.register(0);
        harness.untilIn(SnapshotPhase.class);
    }

    /** Nothing may be left behind by a start that failed, or the next one would refuse it. */
    @Test
    void startThatFailsBehindTheSlotLeavesNone() {
        FakePgClient server = EnumeratorHarness.server(8);
        server.fail("importSnapshot", 1, PgException.tryAgain("the server went away"));
        try (EnumeratorHarness first = start(server, null)) {
            first.untilFailed();
        }
        assertThat(server.calls()).contains("dropSlot", "dropPublication");
        assertThat(server.liveKeepers()).isZero();
        EnumeratorHarness second = start(server, null);
        second.register(0);
        second.untilIn(SnapshotPhase.class);
    }

    /** The first host is being promoted, or the second one is. */
    @Test
    void standbyAmongSeveralHostsIsWaitedOut() {
        FakePgClient server = EnumeratorHarness.server(8);
        server.standby(true);
        harness =
                new EnumeratorHarness(
                        server,
                        Configs.of(
                                new ConnectionConfig(
                                        List.of(
                                                new ConnectionConfig.Host("a", 5432),
                                                new ConnectionConfig.Host("b", 5432)),
                                        "fake",
                                        "nobody",
                                        null,
                                        Duration.ofSeconds(1),
                                        "fake",
                                        Map.of()),
                                "fake",
                                new StartupMode.Initial(),
                                "public.t1"),
                        Timings.USUAL,
                        1,
                        null);
        EnumeratorHarness harness = this.harness;
        harness.until(
                "it was asked twice, over a connection each",
                () -> server.calls().stream().filter("openControl"::equals).count() > 1);
        assertThat(server.calls()).doesNotContain("createSlot", "createPublication");
        server.standby(false);
        harness.untilIn(SnapshotPhase.class);
    }
}
