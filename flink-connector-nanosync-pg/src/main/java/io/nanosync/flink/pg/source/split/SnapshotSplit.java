package io.nanosync.flink.pg.source.split;

import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table file, read under the exported snapshot.
 *
 * @param epoch counts the snapshots of this pipeline; splits of an earlier one are void
 * @param snapshot what to import
 * @param consistentPoint the LSN of the snapshot: becomes {@code commit_lsn} of its rows
 * @param table what the rows are emitted as
 * @param file what is read: the table itself or a leaf of it
 * @param rows which of its rows, and how many of them were emitted
 * @param after a split of the same reader that must have been read before this one begins: assigned
 *     one ahead, it costs no pause and no connection of its own; null to begin at once
 */
public record SnapshotSplit(
        String splitId,
        int epoch,
        SnapshotIdentity snapshot,
        Lsn consistentPoint,
        TableSchema table,
        TableFile file,
        RowRange rows,
        @Nullable String after)
        implements PgSplit {

    /**
     * The id of a split.
     *
     * @param part which rows of the file
     */
    public static String id(int epoch, TableFile file, String part) {
        return prefix(epoch, file) + part;
    }

    /** Whether an id may be that of a split of this file; those of no other file look alike. */
    public static boolean isOf(String splitId, int epoch, TableFile file) {
        return splitId.startsWith(prefix(epoch, file));
    }

    private static String prefix(int epoch, TableFile file) {
        return "snapshot-" + epoch + ":" + file.name() + ":";
    }

    /** This split with the reader's progress; restored, it begins at once. */
    public SnapshotSplit at(RowRange newRows) {
        return with(newRows, null);
    }

    /** This split, to be begun behind another of the same reader; null for at once. */
    public SnapshotSplit behind(@Nullable String predecessor) {
        return with(rows, predecessor);
    }

    private SnapshotSplit with(RowRange newRows, @Nullable String newAfter) {
        return new SnapshotSplit(
                splitId, epoch, snapshot, consistentPoint, table, file, newRows, newAfter);
    }

    /** Flink logs splits at INFO: short, and nothing of the table's contents. */
    @Override
    public String toString() {
        return splitId + rows;
    }
}
