package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.RowImage;

/** What was read again for a change, whose large values PostgreSQL didn't send. */
sealed interface Reread {

    /** Nothing: the change has all that is read of it, or nothing is read again. */
    Reread NOTHING = new Nothing();

    /** There is no row of that key any more: what became of it comes later in the stream. */
    Reread GONE = new Gone();

    /** See {@link #NOTHING}. */
    record Nothing() implements Reread {}

    /** See {@link #GONE}. */
    record Gone() implements Reread {}

    /**
     * The row of that key as it was a moment ago.
     *
     * @param places where the plan's columns stand in {@code row}, in the plan's order; -1 for
     *     those that weren't read
     */
    record Row(RowImage row, int[] places) implements Reread {}
}
