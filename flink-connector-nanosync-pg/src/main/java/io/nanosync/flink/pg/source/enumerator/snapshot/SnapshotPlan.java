package io.nanosync.flink.pg.source.enumerator.snapshot;

import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot phase reads: fixed once the snapshot was exported.
 *
 * @param systemIdentifier the cluster
 * @param timeline its timeline then
 * @param epoch counts the snapshots of this pipeline, from 1
 * @param snapshot the exported snapshot
 * @param consistentPoint its LSN; where the stream begins. Every transaction that committed before
 *     is in the snapshot
 * @param end an LSN behind every commit that the snapshot shows, where the slot was there before;
 *     null where the slot came with the snapshot, which then shows nothing behind {@code
 *     consistentPoint}
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
        @Nullable Lsn end,
        long blocksPerSplit,
        int workers,
        List<TablePlan> tables,
        @Nullable CaptureContract contract) {

    /**
     * A captured table and the files that hold its rows: itself, or its leaves.
     *
     * @param partitioning how it is divided
     * @param estimatedRows from statistics; negative when unknown
     */
    public record TablePlan(
            TableSchema schema,
            Partitioning partitioning,
            List<FilePlan> files,
            long estimatedRows) {}

    /**
     * A file and how it is read.
     *
     * @param ranges conditions in SQL of which each row meets exactly one: a split each; without
     *     any the file is divided into ranges of blocks
     */
    public record FilePlan(TableFile file, List<String> ranges) {

        /** A file that is divided into ranges of blocks. */
        public static FilePlan byBlocks(TableFile file) {
            return new FilePlan(file, List.of());
        }

        /** Nothing of the conditions: they contain values of a column. */
        @Override
        public String toString() {
            return file + (ranges.isEmpty() ? "" : " in " + ranges.size() + " ranges");
        }
    }

    /** This plan with what was taken over of the catalog. */
    public SnapshotPlan under(CaptureContract newContract) {
        return new SnapshotPlan(
                systemIdentifier,
                timeline,
                epoch,
                snapshot,
                consistentPoint,
                end,
                blocksPerSplit,
                workers,
                tables,
                newContract);
    }

    /** The stream that follows. */
    public StreamSplit stream() {
        return new StreamSplit(
                systemIdentifier,
                timeline,
                StreamPosition.at(consistentPoint),
                schemas(),
                contract,
                boundaries());
    }

    private List<SnapshotBoundary> boundaries() {
        Lsn shown = end;
        if (shown == null) {
            return List.of();
        }
        List<Integer> oids = tables.stream().map(table -> table.schema().oid()).toList();
        return List.of(SnapshotBoundary.of(snapshot.contents(), oids, shown));
    }

    /** The captured tables. */
    public List<TableSchema> schemas() {
        return tables.stream().map(TablePlan::schema).toList();
    }
}
