package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.source.split.RestartSplit;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RestartWorkTest {

    private static final RestartSplit SPLIT =
            new RestartSplit(
                    "restart-2",
                    2,
                    new Lsn(55),
                    IntStream.rangeClosed(1, 250)
                            .mapToObj(oid -> SampleValues.table(oid, "t" + oid))
                            .toList());

    /** As a reader that fails between any two fetches and goes on from its checkpoint. */
    @Test
    void truncatesComeOnceEachWhereverItIsRestored() {
        List<String> truncated = new ArrayList<>();
        RestartSplit split = SPLIT;
        SplitWork.Step step = new RestartWork(split, () -> 1).fetch();
        while (step.fetched() instanceof Fetched.Page page) {
            page.batches()
                    .forEach(
                            batch -> {
                                assertThat(batch.rowCount()).isEqualTo(1);
                                truncated.add(batch.table().name());
                            });
            split = (RestartSplit) page.next();
            step = new RestartWork(split, () -> 1).fetch();
        }
        assertThat(step).isEqualTo(SplitWork.Step.END);
        assertThat(truncated)
                .containsExactlyElementsOf(
                        SPLIT.tables().stream().map(table -> table.name().name()).toList());
    }

    @Test
    void stoppedSnapshotIsNotRestarted() {
        assertThat(new RestartWork(SPLIT, () -> 2).fetch()).isEqualTo(SplitWork.Step.END);
    }
}
