package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.RowImage;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were looked up, by the index of their key.
 *
 * @param read which keys were looked up; the others are left for another query
 * @param rows null where no row has the key
 * @param bytes how large the rows are
 */
record LookedUpRows(BitSet read, List<@Nullable RowImage> rows, long bytes) {}
