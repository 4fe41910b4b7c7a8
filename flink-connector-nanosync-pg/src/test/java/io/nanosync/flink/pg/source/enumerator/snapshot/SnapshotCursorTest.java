package io.nanosync.flink.pg.source.enumerator.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.source.split.RowRange;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class SnapshotCursorTest {

    static SnapshotPlan plan(long blocksPerSplit, SnapshotPlan.TablePlan... tables) {
        return new SnapshotPlan(
                Timeline.numbered(1, 1),
                2,
                SampleValues.snapshot(),
                new Lsn(99),
                null,
                blocksPerSplit,
                4,
                List.of(tables),
                null,
                null,
                null);
    }

    static SnapshotPlan.TablePlan table(int oid, TableFile... files) {
        return table(oid, Stream.of(files).map(SnapshotPlan.FilePlan::byBlocks).toList());
    }

    static SnapshotPlan.TablePlan table(int oid, List<SnapshotPlan.FilePlan> files) {
        return new SnapshotPlan.TablePlan(
                SampleValues.table(oid, "t" + oid), new Partitioning.Ctid(), files, -1);
    }

    static SnapshotPlan.FilePlan ranges(TableFile file, String... ranges) {
        return new SnapshotPlan.FilePlan(file, List.of(ranges));
    }

    private static List<String> all(SnapshotCursor cursor) {
        List<String> ranges = new ArrayList<>();
        SnapshotSplit split;
        while ((split = cursor.next()) != null) {
            ranges.add(split.splitId());
        }
        assertThat(cursor.hasNext()).isFalse();
        return ranges;
    }

    @Test
    void cutsEachFileIntoRangesWhoseLastIsOpen() {
        SnapshotPlan plan =
                plan(
                        10,
                        table(1, SampleValues.file(1, "plain", 25)),
                        table(
                                2,
                                SampleValues.file(3, "leaf_a", 10),
                                SampleValues.file(4, "leaf_b", 11)),
                        table(5, SampleValues.file(5, "empty", 0)));
        assertThat(all(new SnapshotCursor(plan, SnapshotCursor.Position.START)))
                .containsExactly(
                        "snapshot-2:public.plain:0-10",
                        "snapshot-2:public.plain:10-20",
                        "snapshot-2:public.plain:20-",
                        "snapshot-2:public.leaf_a:0-",
                        "snapshot-2:public.leaf_b:0-10",
                        "snapshot-2:public.leaf_b:10-",
                        "snapshot-2:public.empty:0-");
    }

    @Test
    void readsFilesWholeWhereRangesAreNotToBeHad() {
        SnapshotPlan plan =
                plan(Long.MAX_VALUE, table(1, SampleValues.file(1, "plain", 1_000_000)));
        assertThat(all(new SnapshotCursor(plan, SnapshotCursor.Position.START)))
                .containsExactly("snapshot-2:public.plain:0-");
    }

    @Test
    void makesASplitOfEachRangeOfValues() {
        SnapshotCursor cursor =
                new SnapshotCursor(
                        plan(
                                10,
                                table(
                                        1,
                                        List.of(
                                                ranges(
                                                        SampleValues.file(1, "a", 25),
                                                        "low",
                                                        "high"),
                                                ranges(SampleValues.file(2, "b", 5))))),
                        SnapshotCursor.Position.START);
        SnapshotSplit low = cursor.next();
        assertThat(low.splitId()).isEqualTo("snapshot-2:public.a:range-0");
        assertThat(low.rows()).isEqualTo(new RowRange.Values("low", null));
        assertThat(cursor.next().rows()).isEqualTo(new RowRange.Values("high", null));
        assertThat(all(cursor)).containsExactly("snapshot-2:public.b:0-");
    }

    @Test
    void goesOnFromAnyPosition() {
        SnapshotPlan plan =
                plan(
                        10,
                        table(1, SampleValues.file(1, "a", 25)),
                        table(2, List.of()),
                        table(4, List.of(ranges(SampleValues.file(4, "v", 9), "x", "y", "z"))),
                        table(3, SampleValues.file(3, "b", 5)));
        SnapshotCursor cursor = new SnapshotCursor(plan, SnapshotCursor.Position.START);
        List<String> whole = all(new SnapshotCursor(plan, SnapshotCursor.Position.START));
        for (int taken = 0; taken < whole.size(); taken++) {
            assertThat(all(new SnapshotCursor(plan, cursor.position())))
                    .isEqualTo(whole.subList(taken, whole.size()));
            cursor.next();
        }
    }

    @Test
    void knowsOfWhichTablesASplitWasGenerated() {
        SnapshotPlan plan =
                plan(
                        10,
                        table(1, SampleValues.file(1, "a", 15)),
                        table(2, SampleValues.file(2, "b", 5)));
        SnapshotCursor cursor = new SnapshotCursor(plan, SnapshotCursor.Position.START);
        assertThat(cursor.position().tablesBegun()).isZero();
        cursor.next();
        assertThat(cursor.position().tablesBegun()).isEqualTo(1);
        cursor.next();
        assertThat(cursor.position().tablesBegun()).isEqualTo(1);
        cursor.next();
        assertThat(cursor.position().tablesBegun()).isEqualTo(2);
    }

    @Test
    void knowsOfWhichTablesEverySplitWasGenerated() {
        SnapshotPlan plan =
                plan(
                        10,
                        table(1, List.of()),
                        table(2, SampleValues.file(2, "a", 15)),
                        table(3, SampleValues.file(3, "b", 5)));
        SnapshotCursor cursor = new SnapshotCursor(plan, SnapshotCursor.Position.START);
        assertThat(behind(cursor, plan)).isEmpty();
        cursor.next();
        assertThat(behind(cursor, plan)).containsExactly(1);
        cursor.next();
        assertThat(behind(cursor, plan)).containsExactly(1, 2);
        cursor.next();
        assertThat(behind(cursor, plan)).containsExactly(1, 2, 3);
    }

    private static List<Integer> behind(SnapshotCursor cursor, SnapshotPlan plan) {
        List<Integer> oids = new ArrayList<>();
        List<SnapshotPlan.TablePlan> tables = plan.tables();
        for (int i = 0; i < tables.size(); i++) {
            if (cursor.position().isBehind(i, tables.get(i))) {
                oids.add(tables.get(i).schema().oid());
            }
        }
        return oids;
    }
}
