package io.nanosync.flink.pg.source.split;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which rows of a table file a split reads, and which of them it has read. */
public sealed interface RowRange {

    /**
     * The rows of a range of heap blocks. They come in the order of their ctids.
     *
     * @param from first block
     * @param to block behind the last one; null for an open end
     * @param last the last row read; null when none was
     */
    record Blocks(long from, @Nullable Long to, @Nullable Tid last) implements RowRange {
        @Override
        public String toString() {
            return last == null ? "" : " (after ctid " + last + ")";
        }
    }

    /**
     * The rows that meet a condition on one column. Their blocks come in order, the rows of a block
     * in any: a bitmap scan gives an updated row where the first of its versions lies.
     *
     * @param condition a condition in SQL; it may contain values of the column
     * @param read the rows read; null when none was
     */
    record Values(String condition, @Nullable ReadRows read) implements RowRange {
        /** Nothing of the condition. */
        @Override
        public String toString() {
            return read == null ? "" : " (within block " + read.block() + ")";
        }
    }

    /**
     * Every row of the blocks before this one, and of this one those at these offsets.
     *
     * @param offsets in rising order
     */
    record ReadRows(long block, List<Integer> offsets) {}
}
