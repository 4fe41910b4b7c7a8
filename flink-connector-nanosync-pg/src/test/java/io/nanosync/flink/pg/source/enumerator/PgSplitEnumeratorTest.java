package io.nanosync.flink.pg.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.enumerator.server.SessionRegistry;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FakePgClient;
import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PgSplitEnumeratorTest {

    /** With the jar in Flink's lib folder one would stay for each job that ever ran. */
    @Test
    void nothingHoldsAnEnumeratorThatWasClosed() {
        FakePgClient server = EnumeratorHarness.server(8);
        WeakReference<PgSplitEnumerator> enumerator = ranAndClosed(server);
        Await.until(
                "it is collected",
                () -> {
                    System.gc();
                    return enumerator.get() == null;
                });
    }

    private static WeakReference<PgSplitEnumerator> ranAndClosed(FakePgClient server) {
        EnumeratorHarness harness =
                EnumeratorHarness.start(
                        server, EnumeratorHarness.config(new StartupMode.Initial()), 1);
        harness.register(0);
        harness.untilIn(SnapshotPhase.class);
        harness.close();
        return new WeakReference<>(harness.enumerator);
    }

    /** Closed before it started, or while it waits: whoever comes next meets no one at work. */
    @Test
    void closeEndsWhatIsBeingAskedOfTheServer() {
        FakePgClient server = EnumeratorHarness.server(8);
        server.hold("createSlot");
        EnumeratorHarness harness =
                EnumeratorHarness.start(
                        server, EnumeratorHarness.config(new StartupMode.Initial()), 1);
        Await.until("it waits", () -> server.calls().contains("createSlot"));
        harness.close();
        harness.context.triggerAllActions();
        assertThat(harness.enumerator.phase()).isInstanceOf(StartingPhase.class);
        Await.until("its session is given back", () -> server.sessions() == 0);
    }

    /** Else it would fail the job that has ended, or another life of it. */
    @Test
    void checkpointThatCompletesBehindTheEndIsOfNoInterest() {
        EnumeratorHarness harness =
                EnumeratorHarness.start(
                        EnumeratorHarness.server(100),
                        EnumeratorHarness.config(new StartupMode.Initial()),
                        1);
        harness.register(0);
        harness.untilIn(SnapshotPhase.class);
        harness.checkpoint();
        harness.until("splits go out", () -> !harness.assigned(0).isEmpty());
        long taken = harness.take();
        harness.close();
        harness.complete(taken);
        harness.assertRuns();
    }

    @Test
    void snapshotOutlivesItsEnumeratorAndIsTakenOver() {
        SessionRegistry registry = new SessionRegistry(Duration.ofMinutes(1));
        FakePgClient server = EnumeratorHarness.server(100);
        EnumeratorState state;
        try (EnumeratorHarness first =
                new EnumeratorHarness(
                        server,
                        EnumeratorHarness.config(new StartupMode.Initial()),
                        registry,
                        Timings.USUAL,
                        1,
                        null)) {
            first.register(0);
            first.untilIn(SnapshotPhase.class);
            first.checkpoint();
            first.until("splits go out", () -> !first.assigned(0).isEmpty());
            state = first.enumerator.snapshotState(9).state();
        }
        try (EnumeratorHarness second =
                new EnumeratorHarness(
                        server,
                        EnumeratorHarness.config(new StartupMode.Initial()),
                        registry,
                        Timings.USUAL,
                        1,
                        state)) {
            second.untilIn(SnapshotPhase.class);
            assertThat(second.enumerator.snapshotState(10).state()).isEqualTo(state);
        }
    }
}
