package io.nanosync.flink.pg.source.split;

import java.io.Serializable;

/**
 * Where a row version lies in its table: {@code ctid}.
 *
 * @param block heap block, from 0; unsigned 32 bits
 * @param offset item in the block, from 1; unsigned 16 bits
 */
public record Tid(long block, int offset) implements Comparable<Tid>, Serializable {

    /** No item of a block has a greater one. */
    public static final int MAX_OFFSET = 0xFFFF;

    @Override
    public int compareTo(Tid other) {
        int byBlock = Long.compare(block, other.block);
        return byBlock != 0 ? byBlock : Integer.compare(offset, other.offset);
    }

    /** As PostgreSQL writes it: {@code (12,3)}. */
    @Override
    public String toString() {
        return "(" + block + "," + offset + ")";
    }
}
