package io.nanosync.flink.pg.source.enumerator.snapshot;

import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.split.StreamExtension;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.Timeline;
import io.nanosync.flink.pg.wal.WalPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot phase reads: fixed once the snapshot was exported.
 *
 * @param timeline on which it was taken
 * @param epoch counts the snapshots of this pipeline, from 1
 * @param snapshot the exported snapshot
 * @param consistentPoint its LSN, which its rows have. Every transaction that committed before is
 *     in the snapshot
 * @param end an LSN behind every commit that the snapshot shows, where the slot was there before;
 *     null where the slot came with the snapshot, which then shows nothing behind {@code
 *     consistentPoint}
 * @param blocksPerSplit heap blocks a split; {@link Long#MAX_VALUE} reads each file as one split
 * @param workers splits read at the same time
 * @param earlier tables that were read before, under snapshots that are lost, and stay; null
 *     without any
 * @param contract what the catalog said of the tables and the publication when the slot's start was
 *     fixed, and what was taken over since; null for a snapshot without a stream, and in state that
 *     was written before there was one
 * @param extended the stream that the tables are added to; null when it is yet to begin
 */
public record SnapshotPlan(
        Timeline timeline,
        int epoch,
        SnapshotIdentity snapshot,
        Lsn consistentPoint,
        @Nullable Lsn end,
        long blocksPerSplit,
        int workers,
        List<TablePlan> tables,
        @Nullable ReadEarlier earlier,
        @Nullable CaptureContract contract,
        @Nullable Extended extended) {

    /**
     * A stream that waits for tables to be read that it will capture too.
     *
     * @param removed OIDs of tables that it won't capture any more
     * @param again names of the tables of which rows were emitted that are taken back first
     * @param place where it stands meanwhile, with what was read of it: the slot isn't confirmed
     *     beyond
     */
    public record Extended(
            RunningStream stream,
            List<Integer> removed,
            List<QualifiedName> again,
            WalPlace place) {}

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
                timeline,
                epoch,
                snapshot,
                consistentPoint,
                end,
                blocksPerSplit,
                workers,
                tables,
                earlier,
                newContract,
                extended);
    }

    /** The stream that follows. */
    public RunningStream stream() {
        if (extended != null) {
            RunningStream before = extended.stream();
            return before.behind(epoch)
                    .extended(
                            new StreamExtension(
                                    before.extension() + 1,
                                    extended.removed(),
                                    schemas(),
                                    contract,
                                    boundaries()));
        }
        return RunningStream.of(
                new StreamSplit(
                        timeline,
                        StreamPosition.at(streamStart()),
                        schemas(),
                        contract,
                        boundaries(),
                        0),
                epoch);
    }

    /**
     * Which transactions the stream leaves out, of the tables that are read or were read before.
     */
    public List<SnapshotBoundary> boundaries() {
        List<SnapshotBoundary> boundaries = new ArrayList<>();
        if (earlier != null) {
            boundaries.addAll(earlier.boundaries());
        }
        boundaries.addAll(boundaries(tables.stream().map(TablePlan::schema).toList()));
        return List.copyOf(boundaries);
    }

    /**
     * The tables whose rows are taken back before it is read, under the names by which they came.
     *
     * @param emitted OIDs of the tables of which rows may have been emitted under a lost snapshot
     */
    public List<TableSchema> takenBack(Set<Integer> emitted) {
        List<TableSchema> takenBack = new ArrayList<>();
        for (TablePlan plan : tables) {
            TableSchema table = plan.schema();
            boolean again = extended != null && extended.again().contains(table.name());
            if (extended != null && again) {
                for (RunningStream.Table before : extended.stream().tables()) {
                    QualifiedName name = before.name();
                    boolean others =
                            schemas().stream().anyMatch(other -> other.name().equals(name));
                    if (before.oid() == table.oid() && name != null && !others) {
                        takenBack.add(table.under(name));
                    }
                }
            }
            if (again || emitted.contains(table.oid())) {
                takenBack.add(table);
            }
        }
        return List.copyOf(takenBack);
    }

    /** All tables that the pipeline captures when this is read. */
    public List<RunningStream.Table> captured() {
        return stream().tables();
    }

    /** Where the stream begins, or goes on: the slot isn't confirmed beyond. */
    public Lsn streamStart() {
        if (extended != null) {
            return extended.place().lsn();
        }
        return earlier == null ? consistentPoint : earlier.streamStart();
    }

    /** Whether the slot came with a snapshot of this pipeline; else it was there before. */
    public boolean ownSlot() {
        return earlier == null ? end == null : earlier.ownSlot();
    }

    /** Which transactions behind {@link #streamStart} this snapshot shows of these tables. */
    List<SnapshotBoundary> boundaries(List<TableSchema> read) {
        Lsn shown = end;
        if (shown == null || read.isEmpty()) {
            return List.of();
        }
        List<Integer> oids = read.stream().map(TableSchema::oid).toList();
        return List.of(SnapshotBoundary.of(snapshot.contents(), oids, shown).on(timeline));
    }

    /** The captured tables, those that were read earlier among them. */
    public List<TableSchema> schemas() {
        List<TableSchema> schemas = new ArrayList<>();
        if (earlier != null) {
            schemas.addAll(earlier.tables());
        }
        tables.forEach(table -> schemas.add(table.schema()));
        return List.copyOf(schemas);
    }
}
