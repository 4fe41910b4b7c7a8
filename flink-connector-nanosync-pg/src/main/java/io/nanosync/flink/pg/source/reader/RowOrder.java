package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.split.RowRange;
import io.nanosync.flink.pg.source.split.Tid;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Follows the ctids of rows as they are read, so that reading can go on behind any of them. Rows
 * that come in another order than it takes for that are an error.
 */
abstract class RowOrder {

    private final QualifiedName table;

    private RowOrder(QualifiedName table) {
        this.table = table;
    }

    /**
     * Follows what is read from here on.
     *
     * @param table what is read, for errors
     */
    static RowOrder of(RowRange rows, QualifiedName table) {
        return rows instanceof RowRange.Blocks blocks
                ? new Rising(blocks, table)
                : new BlockByBlock((RowRange.Values) rows, table);
    }

    /** A row was read. */
    abstract void read(long block, int offset);

    /** The rows, with what was read of them. */
    abstract RowRange rows();

    final IllegalStateException outOfOrder(long block, int offset, String behind) {
        return new IllegalStateException(
                "Reading "
                        + table
                        + ": row "
                        + new Tid(block, offset)
                        + " came behind "
                        + behind
                        + "; the server didn't read the table in the order of its pages");
    }

    /** Row behind row. */
    private static final class Rising extends RowOrder {

        private final RowRange.Blocks from;

        /** The last row; block -1 when there is none. */
        private long lastBlock = -1;

        private int lastOffset;

        Rising(RowRange.Blocks from, QualifiedName table) {
            super(table);
            this.from = from;
            Tid last = from.last();
            if (last != null) {
                lastBlock = last.block();
                lastOffset = last.offset();
            }
        }

        @Override
        void read(long block, int offset) {
            if (block < lastBlock || (block == lastBlock && offset <= lastOffset)) {
                throw outOfOrder(block, offset, "row " + last());
            }
            lastBlock = block;
            lastOffset = offset;
        }

        private @Nullable Tid last() {
            return lastBlock < 0 ? null : new Tid(lastBlock, lastOffset);
        }

        @Override
        RowRange rows() {
            return new RowRange.Blocks(from.from(), from.to(), last());
        }
    }

    /** Block behind block, the rows of one in any order but none twice. */
    private static final class BlockByBlock extends RowOrder {

        private final RowRange.Values from;

        /** The block of the last row; -1 when there is none. */
        private long lastBlock = -1;

        /** The rows of that block that were read. */
        private final BitSet offsets = new BitSet();

        BlockByBlock(RowRange.Values from, QualifiedName table) {
            super(table);
            this.from = from;
            RowRange.ReadRows read = from.read();
            if (read != null) {
                lastBlock = read.block();
                read.offsets().forEach(offsets::set);
            }
        }

        @Override
        void read(long block, int offset) {
            if (block < lastBlock || (block == lastBlock && offsets.get(offset))) {
                throw outOfOrder(block, offset, "a row of block " + lastBlock);
            }
            if (block > lastBlock) {
                lastBlock = block;
                offsets.clear();
            }
            offsets.set(offset);
        }

        @Override
        RowRange rows() {
            return new RowRange.Values(
                    from.condition(),
                    lastBlock < 0
                            ? null
                            : new RowRange.ReadRows(lastBlock, offsets.stream().boxed().toList()));
        }
    }
}
