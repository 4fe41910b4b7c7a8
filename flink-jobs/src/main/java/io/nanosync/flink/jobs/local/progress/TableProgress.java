package io.nanosync.flink.jobs.local.progress;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the snapshot of a table is, or that of several together.
 *
 * @param rows emitted since its tasks began
 * @param bytes of the batches with these rows
 * @param splitsRead splits that were read, whenever that was
 * @param splits all of them; 0 when unknown
 * @param expectedRows that it has in all; null when nothing tells
 * @param part which part is read, from 0 to 1; null when nothing tells
 */
record TableProgress(
        String name,
        long rows,
        long bytes,
        long splitsRead,
        long splits,
        double rowsPerSecond,
        @Nullable Double expectedRows,
        @Nullable Double part) {

    /** An estimate that so many times as many rows came of is none. */
    private static final double ESTIMATE_HOLDS = 1.1;

    /**
     * A table.
     *
     * @param estimatedRows negative or 0 when unknown
     */
    static TableProgress of(
            String name,
            long rows,
            long bytes,
            long splitsRead,
            long splits,
            long estimatedRows,
            double rowsPerSecond) {
        boolean estimated = estimatedRows > 0 && rows <= ESTIMATE_HOLDS * estimatedRows;
        return new TableProgress(
                name,
                rows,
                bytes,
                splitsRead,
                splits,
                rowsPerSecond,
                estimated
                        ? Double.valueOf((double) estimatedRows)
                        : bySplits(rows, splitsRead, splits),
                part(estimated ? (double) rows / estimatedRows : null, splitsRead, splits));
    }

    /**
     * A table that was never analysed, or has grown since: the splits to come are like the rest.
     */
    private static @Nullable Double bySplits(long rows, long splitsRead, long splits) {
        return splitsRead == 0 ? null : Double.valueOf((double) rows * splits / splitsRead);
    }

    /**
     * Rows tell most closely. But an estimate is one, and rows that were emitted before a restart
     * aren't counted any more: so it is what the splits show at least, and all of it only when they
     * are all read.
     *
     * @param byRows null when there is no estimate
     */
    private static @Nullable Double part(@Nullable Double byRows, long splitsRead, long splits) {
        if (splits == 0) {
            return byRows == null ? null : Double.valueOf(Math.min(1, byRows));
        }
        if (splitsRead >= splits) {
            return 1.0;
        }
        double bySplits = (double) splitsRead / splits;
        if (byRows == null) {
            return splits > 1 ? Double.valueOf(bySplits) : null;
        }
        return Math.max(bySplits, Math.min(0.99, byRows));
    }

    /** All tables together, the large ones counting most. */
    static TableProgress total(List<TableProgress> tables) {
        long rows = 0;
        long bytes = 0;
        long splitsRead = 0;
        long splits = 0;
        double perSecond = 0;
        double expected = 0;
        double expectedRead = 0;
        boolean known = !tables.isEmpty();
        for (TableProgress table : tables) {
            rows += table.rows;
            bytes += table.bytes;
            splitsRead += table.splitsRead;
            splits += table.splits;
            perSecond += table.rowsPerSecond;
            if (table.expectedRows == null || table.part == null) {
                known = false;
            } else {
                expected += table.expectedRows;
                expectedRead += table.expectedRows * table.part;
            }
        }
        known &= expected > 0;
        return new TableProgress(
                "all tables",
                rows,
                bytes,
                splitsRead,
                splits,
                perSecond,
                known ? Double.valueOf(expected) : null,
                known ? Double.valueOf(expectedRead / expected) : part(null, splitsRead, splits));
    }

    /** How long the rest takes at this rate; null when unknown. */
    @Nullable Double secondsLeft() {
        return part == null || expectedRows == null || rowsPerSecond < 0.5
                ? null
                : Double.valueOf(expectedRows * (1 - part) / rowsPerSecond);
    }
}
