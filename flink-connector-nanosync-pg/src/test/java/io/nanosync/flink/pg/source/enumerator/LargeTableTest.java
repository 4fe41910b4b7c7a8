package io.nanosync.flink.pg.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.event.PgSourceEvent.SplitsFinished;
import io.nanosync.flink.pg.source.split.PgSplit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** A table of one terabyte, as far as the enumerator sees it. */
final class LargeTableTest {

    private static final long BLOCKS = (1L << 40) / 8192;
    private static final int BLOCKS_PER_SPLIT = 1_000;
    private static final int SPLITS = (int) ((BLOCKS + BLOCKS_PER_SPLIT - 1) / BLOCKS_PER_SPLIT);

    /** As many as are read in ten seconds, at some 800 MB/s. */
    private static final int SPLITS_PER_CHECKPOINT = 100;

    private static final int TENTH = SPLITS / 10;

    private final List<Long> nanosOfTenths = new ArrayList<>();
    private final EnumeratorStateSerializer serializer = new EnumeratorStateSerializer();
    private int largestStateBytes;

    @Test
    void stateAndTimeOfASplitAreThoseOfASmallTable(TestReporter reporter) throws IOException {
        try (EnumeratorHarness harness =
                EnumeratorHarness.start(EnumeratorHarness.server(BLOCKS), config(), 1)) {
            harness.register(0);
            harness.untilIn(SnapshotPhase.class);
            harness.checkpoint();
            harness.until("splits go out", () -> !harness.assigned(0).isEmpty());

            int read = readAll(harness);
            harness.checkpoint();

            assertThat(read).isEqualTo(SPLITS);
            assertThat(harness.enumerator.phase()).isInstanceOf(HandOverPhase.class);
            assertThat(largestStateBytes).isLessThan(10_000);
            reporter.publishEntry(
                    Map.of(
                            "µs a split, by tenths",
                            microsOfASplit().toString(),
                            "bytes of state at most",
                            Integer.toString(largestStateBytes)));
            // The first tenths pay for the compiler. With time that grows by the splits before, the
            // last would take hundreds of times as long.
            assertThat(nanosOfTenths.get(9)).isLessThan(5 * nanosOfTenths.get(2));
        }
    }

    /** Reports each split as soon as it is out; returns how many there were. */
    private int readAll(EnumeratorHarness harness) throws IOException {
        List<PgSplit> assigned = harness.assigned(0);
        long begun = threadNanos();
        int read = 0;
        while (read < assigned.size()) {
            harness.report(0, new SplitsFinished(List.of(assigned.get(read++).splitId())));
            if (read % SPLITS_PER_CHECKPOINT == 0) {
                largestStateBytes =
                        Math.max(
                                largestStateBytes,
                                serializer.serialize(harness.enumerator.snapshotState(0).state())
                                        .length);
                harness.checkpoint();
            }
            if (read % TENTH == 0) {
                long now = threadNanos();
                nanosOfTenths.add(now - begun);
                begun = now;
            }
        }
        return read;
    }

    /** This thread's own processor time: it is the coordinator's. */
    private static long threadNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private List<Long> microsOfASplit() {
        return nanosOfTenths.stream().map(nanos -> nanos / TENTH / 1_000).toList();
    }

    private static SourceConfig config() {
        return EnumeratorHarness.config(new StartupMode.Initial())
                .with(SourceOptions.SNAPSHOT_WORKERS, 4)
                .with(SourceOptions.CTID_PARTITION_BLOCKS, BLOCKS_PER_SPLIT);
    }
}
