package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.source.split.RowRange;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** For how long a server that reads a table may send nothing before it counts as gone. */
class SnapshotPatienceTest {

    private static final long TERABYTE = 131_072_000;

    @Test
    void goesByWhatMayBeReadWithoutARow() {
        assertThat(patience(new RowRange.Values("c > 1", null), false))
                .isGreaterThan(Duration.ofHours(3));
        assertThat(patience(blocks(5_000, 6_000L), false)).isEqualTo(Duration.ofSeconds(40));
        assertThat(patience(blocks(5_000, 6_000L), true)).isEqualTo(Duration.ofMillis(40_100));
        assertThat(patience(blocks(TERABYTE - 1_000, null), true))
                .isEqualTo(Duration.ofMillis(40_100));
        assertThat(patience(blocks(TERABYTE + 1, null), true)).isEqualTo(Duration.ofSeconds(40));
        assertThat(patience(blocks(0, null), true)).isGreaterThan(Duration.ofHours(3));
    }

    private static RowRange blocks(long from, @Nullable Long to) {
        return new RowRange.Blocks(from, to, null);
    }

    /** Of a table of a terabyte. */
    private static Duration patience(RowRange rows, boolean someWanted) {
        SnapshotSplit split = SampleValues.split("s", 1, null);
        TableFile file = split.file();
        return SnapshotWork.patience(
                new SnapshotSplit(
                        split.splitId(),
                        split.epoch(),
                        split.snapshot(),
                        split.consistentPoint(),
                        split.table(),
                        new TableFile(file.oid(), file.name(), file.fileNode(), TERABYTE, -1),
                        rows,
                        null),
                someWanted);
    }
}
