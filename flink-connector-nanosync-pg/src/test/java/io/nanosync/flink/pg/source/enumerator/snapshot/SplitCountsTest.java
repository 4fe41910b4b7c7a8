package io.nanosync.flink.pg.source.enumerator.snapshot;

import static io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotCursorTest.plan;
import static io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotCursorTest.ranges;
import static io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotCursorTest.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SplitCountsTest {

    private static final SnapshotPlan PLAN =
            plan(
                    10,
                    table(1, SampleValues.file(1, "plain", 25)),
                    table(
                            2,
                            SampleValues.file(3, "leaf: a", 10),
                            SampleValues.file(4, "leaf_b", 11),
                            SampleValues.file(5, "leaf_c", 0)),
                    table(6),
                    table(7, SampleValues.file(7, "empty", 0)),
                    table(8, List.of(ranges(SampleValues.file(8, "ranges", 90), "low", "high"))));

    private final SplitCounts counts = new SplitCounts(PLAN);
    private final SnapshotCursor cursor = new SnapshotCursor(PLAN, SnapshotCursor.Position.START);

    @Test
    void countsWhatTheCursorMakesAtEachPosition() {
        Map<String, Long> made = new TreeMap<>();
        PLAN.tables().forEach(table -> made.put(table.schema().name().name(), 0L));
        SnapshotSplit split;
        while ((split = cursor.next()) != null) {
            made.merge(split.table().name().name(), 1L, Long::sum);
            assertThat(read(List.of())).isEqualTo(made);
        }
        assertThat(counts.all(cursor.position(), List.of()))
                .allSatisfy(table -> assertThat(table.read()).isEqualTo(table.total()));
        assertThat(made).isEqualTo(Map.of("t1", 3L, "t2", 4L, "t6", 0L, "t7", 1L, "t8", 2L));
    }

    @Test
    void leavesOutWhatIsMadeAndUnread() {
        List<String> ids = new ArrayList<>();
        SnapshotSplit split;
        while ((split = cursor.next()) != null) {
            ids.add(split.splitId());
        }
        assertThat(read(ids)).allSatisfy((table, read) -> assertThat(read).isZero());
        ids.remove("snapshot-2:public.\"leaf: a\":0-");
        ids.remove("snapshot-2:public.ranges:range-1");
        assertThat(read(ids)).isEqualTo(Map.of("t1", 0L, "t2", 1L, "t6", 0L, "t7", 0L, "t8", 1L));
    }

    @Test
    void givesTheTablesOfTheseSplitsAlone() {
        assertThat(
                        counts.of(
                                List.of(
                                        "snapshot-2:public.leaf_b:0-10",
                                        "snapshot-2:public.leaf_c:0-",
                                        "snapshot-1:public.plain:0-10",
                                        "restart-2"),
                                cursor.position(),
                                List.of("restart-2")))
                .singleElement()
                .satisfies(
                        count -> {
                            assertThat(count.table().schema().name().name()).isEqualTo("t2");
                            assertThat(count.read()).isZero();
                            assertThat(count.total()).isEqualTo(4);
                        });
    }

    private Map<String, Long> read(List<String> unread) {
        Map<String, Long> read = new TreeMap<>();
        counts.all(cursor.position(), unread)
                .forEach(count -> read.put(count.table().schema().name().name(), count.read()));
        return read;
    }
}
