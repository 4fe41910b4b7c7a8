package io.nanosync.flink.pg.source.enumerator.snapshot;

import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
 * @param contract what the catalog said of the tables and the publication when the slot's start was
 *     fixed, and what was taken over since; null for a snapshot without a stream, and in state that
 *     was written before there was one
 */
public record SnapshotPlan(
        long systemIdentifier,
        int timeline,
        int epoch,
        SnapshotIdentity snapshot,
        Lsn consistentPoint,
        long blocksPerSplit,
        int workers,
        List<TablePlan> tables,
        @Nullable CaptureContract contract) {

    /**
     * A captured table and the files that hold its rows: itself, or its leaves.
     *
     * @param estimatedRows from statistics; negative when unknown
     */
    public record TablePlan(TableSchema schema, List<TableFile> files, long estimatedRows) {}

    /** This plan with what was taken over of the catalog. */
    public SnapshotPlan under(CaptureContract newContract) {
        return new SnapshotPlan(
                systemIdentifier,
                timeline,
                epoch,
                snapshot,
                consistentPoint,
                blocksPerSplit,
                workers,
                tables,
                newContract);
    }

    /** The captured tables. */
    public List<TableSchema> schemas() {
        return tables.stream().map(TablePlan::schema).toList();
    }
}
