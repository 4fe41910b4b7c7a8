package io.nanosync.flink.pg.source.enumerator.snapshot;

import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.List;

/**
 * What a snapshot phase reads: fixed once the snapshot was exported.
 *
 * @param systemIdentifier the cluster
 * @param timeline its timeline then
 * @param epoch counts the snapshots of this pipeline, from 1
 * @param snapshot the exported snapshot
 * @param consistentPoint its LSN; where the stream begins
 * @param blocksPerSplit heap blocks a split; {@link Long#MAX_VALUE} reads each file as one split
 * @param workers splits read at the same time
 */
public record SnapshotPlan(
        long systemIdentifier,
        int timeline,
        int epoch,
        SnapshotIdentity snapshot,
        Lsn consistentPoint,
        long blocksPerSplit,
        int workers,
        List<TablePlan> tables) {

    /**
     * A captured table and the files that hold its rows: itself, or its leaves.
     *
     * @param estimatedRows from statistics; negative when unknown
     */
    public record TablePlan(TableSchema schema, List<TableFile> files, long estimatedRows) {}

    /** The captured tables. */
    public List<TableSchema> schemas() {
        return tables.stream().map(TablePlan::schema).toList();
    }
}
