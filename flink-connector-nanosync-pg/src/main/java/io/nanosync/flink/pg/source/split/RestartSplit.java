package io.nanosync.flink.pg.source.split;

import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.List;

/**
 * Tells consumers that tables are read again from the start: one truncate a table, marked as
 * restart of the snapshot.
 *
 * @param epoch the new snapshot
 * @param consistentPoint its LSN
 * @param tables tables of which rows may have been emitted under an earlier snapshot
 * @param finished as in {@link SnapshotSplit}
 */
public record RestartSplit(
        String splitId, int epoch, Lsn consistentPoint, List<TableSchema> tables, boolean finished)
        implements PgSplit {

    /** The id of the split that begins the snapshot of this epoch. */
    public static String id(int epoch) {
        return "restart-" + epoch;
    }

    /** This split, done. */
    public RestartSplit done() {
        return new RestartSplit(splitId, epoch, consistentPoint, tables, true);
    }

    @Override
    public String toString() {
        return splitId + (finished ? " (finished)" : "");
    }
}
