package io.nanosync.flink.jobs.cli.progress;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the snapshot of a table is, or that of several together.
 *
 * @param rows emitted since its tasks began
 * @param bytes of the batches with these rows
 * @param splitsRead splits that were read, whenever that was
 * @param splits all of them; 0 when unknown
 * @param estimatedRows negative when unknown
 * @param part which part is read, from 0 to 1; null when nothing tells
 */
record TableProgress(
        String name,
        long rows,
        long bytes,
        long splitsRead,
        long splits,
        long estimatedRows,
        double rowsPerSecond,
        @Nullable Double part) {

    /** A table, with the part that is read. */
    static TableProgress of(
            String name,
            long rows,
            long bytes,
            long splitsRead,
            long splits,
            long estimatedRows,
            double rowsPerSecond) {
        Double part =
                estimatedRows > 0 || splits > 1
                        ? part(
                                estimatedRows > 0 ? (double) rows / estimatedRows : 0,
                                splitsRead,
                                splits)
                        : null;
        return new TableProgress(
                name, rows, bytes, splitsRead, splits, estimatedRows, rowsPerSecond, part);
    }

    /**
     * Rows tell most closely. But the estimate may be wrong, and rows that were emitted before a
     * restart aren't counted any more: so it is what the splits show at least, and all of it only
     * when they are all read.
     */
    private static double part(double byRows, long splitsRead, long splits) {
        if (splits == 0) {
            return Math.min(1, byRows);
        }
        return splitsRead >= splits
                ? 1
                : Math.max((double) splitsRead / splits, Math.min(0.99, byRows));
    }

    /** All tables together, the large ones counting most; the estimate is unknown when one is. */
    static TableProgress total(List<TableProgress> tables) {
        long rows = 0;
        long bytes = 0;
        long splitsRead = 0;
        long splits = 0;
        long estimated = tables.isEmpty() ? -1 : 0;
        double estimatedRead = 0;
        double perSecond = 0;
        for (TableProgress table : tables) {
            rows += table.rows;
            bytes += table.bytes;
            splitsRead += table.splitsRead;
            splits += table.splits;
            estimated =
                    estimated < 0 || table.estimatedRows < 0 ? -1 : estimated + table.estimatedRows;
            estimatedRead += table.part == null ? 0 : table.part * table.estimatedRows;
            perSecond += table.rowsPerSecond;
        }
        Double part =
                estimated > 0
                        ? Double.valueOf(estimatedRead / estimated)
                        : splits > 1 ? Double.valueOf((double) splitsRead / splits) : null;
        return new TableProgress(
                "all tables", rows, bytes, splitsRead, splits, estimated, perSecond, part);
    }

    /** How long the rest takes at this rate; null when unknown. */
    @Nullable Double secondsLeft() {
        return part == null || estimatedRows <= 0 || rowsPerSecond < 0.5
                ? null
                : Double.valueOf(estimatedRows * (1 - part) / rowsPerSecond);
    }
}
