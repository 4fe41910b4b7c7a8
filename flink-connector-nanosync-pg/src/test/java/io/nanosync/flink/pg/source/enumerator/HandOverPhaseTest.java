package io.nanosync.flink.pg.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.Configs;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsAcknowledged;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsFinished;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.testing.FakePgClient;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.Timeline;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Between the last row and the first change lies one more checkpoint. */
final class HandOverPhaseTest {

    static final StreamSplit STREAM =
            new StreamSplit(
                    Timeline.numbered(4711, 1),
                    StreamPosition.at(new Lsn(1000)),
                    List.of(SampleValues.table(1, "t1")),
                    null,
                    List.of(),
                    0);

    /** A reader holds the stream of {@code t1}. */
    static EnumeratorState.Streaming heldByAReader() {
        return new EnumeratorState.Streaming(RunningStream.of(STREAM, 1).with(null));
    }

    private @Nullable EnumeratorHarness harness;

    @AfterEach
    void close() {
        if (harness != null) {
            harness.close();
        }
    }

    private EnumeratorHarness handingOver(Timings timings, boolean checkpointsKnown) {
        FakePgClient server = EnumeratorHarness.server(8);
        server.slot(FakePgClient.inactiveSlot("nanosync_slot_fake", new Lsn(1000)));
        server.published();
        SourceConfig config = EnumeratorHarness.config(new StartupMode.Initial());
        harness =
                new EnumeratorHarness(
                        server,
                        checkpointsKnown ? config : Configs.unawareOfCheckpoints(config),
                        timings,
                        1,
                        new EnumeratorState.HandingOver(RunningStream.of(STREAM, 1)));
        harness.register(0);
        harness.untilIn(HandOverPhase.class);
        return harness;
    }

    @Test
    void streamBeginsBehindACheckpointThatWasTakenLater() {
        EnumeratorHarness harness = handingOver(Timings.USUAL, true);
        assertThat(harness.context.backlog).last().isEqualTo(false);
        harness.complete(harness.take() - 1);
        assertThat(harness.assigned(0)).isEmpty();
        harness.checkpoint();
        assertStreams(harness);
        assertThat(harness.enumerator.snapshotState(9).state()).isEqualTo(heldByAReader());
    }

    /** It reports what it had finished before it was restored. */
    @Test
    void restoredReaderMayForgetItsSplits() {
        EnumeratorHarness harness = handingOver(Timings.USUAL, true);
        harness.report(0, new SplitsFinished(List.of("s")));
        assertThat(harness.events(0, SplitsAcknowledged.class))
                .containsExactly(new SplitsAcknowledged(List.of("s")));
    }

    @Test
    void saysSoWhenNoCheckpointComes() {
        EnumeratorHarness harness =
                handingOver(new Timings(Duration.ofMillis(50), Duration.ofMinutes(1)), false);
        assertThat(harness.untilFailed())
                .hasMessageContaining("waits for a checkpoint")
                .hasMessageContaining("execution.checkpointing.interval");
    }

    /** With an interval of an hour they come once an hour. */
    @Test
    void rareCheckpointsAreNoErrorWhereTheyAreKnownToBeOn() {
        EnumeratorHarness harness =
                handingOver(new Timings(Duration.ofMillis(20), Duration.ofMinutes(1)), true);
        Timer.afterRepeats(harness, Duration.ofMillis(20), 5);
        harness.assertRuns();
        harness.checkpoint();
        assertStreams(harness);
    }

    /** A state without a contract takes it from the catalog. */
    private static void assertStreams(EnumeratorHarness harness) {
        assertThat(harness.assigned(0))
                .singleElement()
                .isInstanceOfSatisfying(
                        StreamSplit.class,
                        stream -> {
                            assertThat(stream.at(STREAM.position(), null)).isEqualTo(STREAM);
                            assertThat(stream.contract()).isNotNull();
                        });
    }
}
