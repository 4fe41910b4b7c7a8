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
 * @param tables tables of which rows may have been emitted under an earlier snapshot, and whose
 *     truncate is yet to be emitted; without any the split is at its end
 */
public record RestartSplit(String splitId, int epoch, Lsn consistentPoint, List<TableSchema> tables)
        implements PgSplit {

    /** The id of the split that begins the snapshot of this epoch. */
    public static String id(int epoch) {
        return "restart-" + epoch;
    }

    /** This split once its first truncates are emitted. */
    public RestartSplit behind(int emitted) {
        return new RestartSplit(
                splitId,
                epoch,
                consistentPoint,
                List.copyOf(tables.subList(emitted, tables.size())));
    }

    @Override
    public String toString() {
        return splitId;
    }
}
