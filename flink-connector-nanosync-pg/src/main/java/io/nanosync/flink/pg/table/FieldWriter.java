package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.RowImage;

/**
 * Writes the values of one column into a field of rows in Flink's binary form. Chosen once a
 * column, never a value. Keeps nothing between values; for one thread.
 */
@FunctionalInterface
interface FieldWriter {

    /**
     * Writes the value at {@code index}, which isn't null there. False means that the declared type
     * can't hold the value exactly, and that nothing was written; nothing is ever rounded, cut or
     * shifted to make it fit.
     */
    boolean write(RowImage row, int index, BinaryRows to, int place);
}
