package io.nanosync.flink.pg.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.testing.FakePgClient;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One reader holds the stream. */
final class StreamPhaseTest {

    private @Nullable EnumeratorHarness harness;

    @AfterEach
    void close() {
        if (harness != null) {
            harness.close();
        }
    }

    private EnumeratorHarness streaming(
            SourceConfig config, Timings timings, EnumeratorState.Streaming state) {
        FakePgClient server = EnumeratorHarness.server(8);
        server.slot(FakePgClient.inactiveSlot("nanosync_slot_fake", new Lsn(1000)));
        harness = new EnumeratorHarness(server, config, timings, 2, state);
        harness.untilIn(StreamPhase.class);
        return harness;
    }

    private EnumeratorHarness streaming(EnumeratorState.Streaming state) {
        return streaming(EnumeratorHarness.config(new StartupMode.Initial()), Timings.USUAL, state);
    }

    @Test
    void streamThatAReaderRestoredIsNotHandedOutAgain() {
        EnumeratorHarness harness = streaming(HandOverPhaseTest.heldByAReader());
        harness.register(0, 1);
        harness.settle();
        assertThat(harness.assigned(0)).isEmpty();
        assertThat(harness.assigned(1)).isEmpty();
    }

    @Test
    void streamGoesToTheFirstReaderThatComes() {
        EnumeratorHarness harness =
                streaming(
                        new EnumeratorState.Streaming(
                                RunningStream.of(HandOverPhaseTest.STREAM, 1)));
        harness.register(1, 0);
        assertThat(harness.assigned(1)).containsExactly(HandOverPhaseTest.STREAM);
        assertThat(harness.assigned(0)).isEmpty();
    }

    @Test
    void streamOfAReaderThatFailsGoesToAnother() {
        EnumeratorHarness harness = streaming(HandOverPhaseTest.heldByAReader());
        harness.register(1);
        harness.readerFails(0, HandOverPhaseTest.STREAM);
        assertThat(harness.assigned(1)).containsExactly(HandOverPhaseTest.STREAM);
        assertThat(harness.enumerator.snapshotState(1).state())
                .isEqualTo(HandOverPhaseTest.heldByAReader());
    }

    /** WAL would grow for ever: nothing is confirmed without checkpoints. */
    @Test
    void saysSoWhenNoCheckpointComesWhileItStreams() {
        FakePgClient server = EnumeratorHarness.server(8);
        harness =
                new EnumeratorHarness(
                        server,
                        Configs.unawareOfCheckpoints(
                                EnumeratorHarness.config(new StartupMode.Latest())),
                        new Timings(Duration.ofMillis(50), Duration.ofMinutes(1)),
                        1,
                        null);
        harness.register(0);
        harness.until("the stream is out", () -> !harness.assigned(0).isEmpty());
        assertThat(harness.untilFailed())
                .hasMessageContaining("waits for a checkpoint")
                .hasMessageContaining("execution.checkpointing.interval");
    }

    @Test
    void oneCheckpointShowsThatTheyAreOn() {
        EnumeratorHarness harness =
                streaming(
                        Configs.unawareOfCheckpoints(
                                EnumeratorHarness.config(new StartupMode.Initial())),
                        new Timings(Duration.ofMillis(100), Duration.ofMinutes(1)),
                        HandOverPhaseTest.heldByAReader());
        harness.take();
        Timer.afterRepeats(harness, Duration.ofMillis(100), 3);
        harness.assertRuns();
    }
}
