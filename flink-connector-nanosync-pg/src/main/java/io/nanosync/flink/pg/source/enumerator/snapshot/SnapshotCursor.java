package io.nanosync.flink.pg.source.enumerator.snapshot;

import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.source.split.RowRange;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import org.jspecify.annotations.Nullable;

/**
 * Generates the splits of a plan one after the other, so that state holds a position instead of a
 * list. Not thread-safe.
 */
public final class SnapshotCursor {

    private final SnapshotPlan plan;
    private Position position;

    public SnapshotCursor(SnapshotPlan plan, Position position) {
        this.plan = plan;
        this.position = position;
    }

    /**
     * The next split to generate.
     *
     * @param table index into the plan's tables
     * @param file index into the table's files
     * @param next its first block, or the index of its range
     */
    public record Position(int table, int file, long next) {
        public static final Position START = new Position(0, 0, 0);

        /**
         * Whether every split of a table was generated. One without a file, a partitioned table
         * without partitions, has none, and it was in the snapshot all the same: it counts once the
         * next table's turn has come.
         */
        public boolean isBehind(int index, SnapshotPlan.TablePlan plan) {
            return index < table || (index == table && file > 0 && file >= plan.files().size());
        }

        /** Tables of which a split was generated: the first so many of the plan. */
        public int tablesBegun() {
            boolean withinTable = file > 0 || next > 0;
            return table + (withinTable ? 1 : 0);
        }
    }

    public Position position() {
        return position;
    }

    /** Whether {@link #next} will give another split. */
    public boolean hasNext() {
        return new SnapshotCursor(plan, position).next() != null;
    }

    /** The next split; null when there is none left. */
    public @Nullable SnapshotSplit next() {
        while (position.table() < plan.tables().size()) {
            SnapshotPlan.TablePlan table = plan.tables().get(position.table());
            if (position.file() >= table.files().size()) {
                position = new Position(position.table() + 1, 0, 0);
                continue;
            }
            return split(table, table.files().get(position.file()));
        }
        return null;
    }

    private SnapshotSplit split(SnapshotPlan.TablePlan table, SnapshotPlan.FilePlan file) {
        return file.ranges().isEmpty() ? nextBlocks(table, file) : nextRange(table, file);
    }

    private SnapshotSplit nextBlocks(SnapshotPlan.TablePlan table, SnapshotPlan.FilePlan whole) {
        TableFile file = whole.file();
        long from = position.next();
        // The last range is open: blocks that were added since the count hold rows of aborted or
        // later transactions, or of none.
        boolean last = file.blocks() - from <= plan.blocksPerSplit();
        Long to = last ? null : Long.valueOf(from + plan.blocksPerSplit());
        advance(to);
        return split(
                table,
                file,
                from + "-" + (to == null ? "" : to),
                new RowRange.Blocks(from, to, null));
    }

    private SnapshotSplit nextRange(SnapshotPlan.TablePlan table, SnapshotPlan.FilePlan whole) {
        int range = (int) position.next();
        advance(range + 1 == whole.ranges().size() ? null : Long.valueOf(range + 1));
        return split(
                table,
                whole.file(),
                "range-" + range,
                new RowRange.Values(whole.ranges().get(range), null));
    }

    /**
     * @param next where the file goes on; null when it ends
     */
    private void advance(@Nullable Long next) {
        position =
                next == null
                        ? new Position(position.table(), position.file() + 1, 0)
                        : new Position(position.table(), position.file(), next);
    }

    private SnapshotSplit split(
            SnapshotPlan.TablePlan table, TableFile file, String part, RowRange rows) {
        return new SnapshotSplit(
                SnapshotSplit.id(plan.epoch(), file, part),
                plan.epoch(),
                plan.snapshot(),
                plan.consistentPoint(),
                table.schema(),
                file,
                rows,
                null);
    }
}
