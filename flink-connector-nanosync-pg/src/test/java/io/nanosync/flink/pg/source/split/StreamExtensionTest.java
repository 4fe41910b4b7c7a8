package io.nanosync.flink.pg.source.split;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.Timeline;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an extension makes of a stream. */
final class StreamExtensionTest {

    private static final TableSchema ONE = SampleValues.table(1, "t1");
    private static final TableSchema TWO = SampleValues.table(2, "t2");

    private static SnapshotBoundary boundary(long xmax, Integer... tables) {
        return new SnapshotBoundary(List.of(tables), xmax, xmax, List.of(), new Lsn(xmax));
    }

    private static final StreamSplit STREAM =
            new StreamSplit(
                    Timeline.numbered(7, 2),
                    StreamPosition.at(new Lsn(5)),
                    List.of(ONE, TWO),
                    null,
                    List.of(boundary(50, 1, 2), boundary(60, 2)),
                    0);

    @Test
    void takesRemovedTablesOutOfAllAndLeavesThePosition() {
        StreamSplit extended =
                STREAM.extended(
                        List.of(new StreamExtension(1, List.of(2), List.of(), null, List.of())));
        assertThat(extended.tables()).containsExactly(ONE);
        assertThat(extended.boundaries()).containsExactly(boundary(50, 1));
        assertThat(extended.position()).isEqualTo(STREAM.position());
        assertThat(extended.extension()).isEqualTo(1);
    }

    /** It is read again: what it showed before holds no more. */
    @Test
    void tableThatIsRemovedAndAddedAgainHasItsNewBoundary() {
        List<StreamExtension> extensions =
                List.of(
                        new StreamExtension(1, List.of(2), List.of(), null, List.of()),
                        new StreamExtension(
                                2, List.of(), List.of(TWO), null, List.of(boundary(90, 2))));
        StreamSplit extended = STREAM.extended(extensions);
        assertThat(extended.tables()).containsExactly(ONE, TWO);
        assertThat(extended.boundaries()).containsExactly(boundary(50, 1), boundary(90, 2));
        assertThat(extended.extended(extensions)).isSameAs(extended);
    }
}
