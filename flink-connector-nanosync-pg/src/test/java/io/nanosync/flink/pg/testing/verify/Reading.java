package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What came of a table from one restart of its snapshot to the next: rows under a snapshot, then
 * changes. A later restart takes it back.
 *
 * @param restart begins it; null when it is the table's first
 * @param rows behind that, in order
 */
record Reading(@Nullable ArrivedRow restart, List<ArrivedRow> rows) {

    /** Where the snapshots were taken whose rows it has: one, if all is well. */
    List<Lsn> points() {
        return rows.stream()
                .filter(ArrivedRow::isSnapshotRow)
                .map(ArrivedRow::commitLsn)
                .distinct()
                .toList();
    }

    /** The same, and that of its restart. */
    Set<Lsn> allPoints() {
        Set<Lsn> points = new TreeSet<>(points());
        if (restart != null) {
            points.add(restart.commitLsn());
        }
        return points;
    }

    /** Its changes, in order. */
    List<ArrivedRow> changes() {
        return rows.stream().filter(row -> !row.isSnapshotRow()).toList();
    }

    /** Whether the stream came to the table: all its rows were read then. */
    boolean isStreamed() {
        return rows.stream().anyMatch(row -> !row.isSnapshotRow());
    }
}
