package io.nanosync.flink.pg.source.split;

import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.relation.contract.TableTerms;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a stream when the tables of its pipeline are altered: its position stays, other
 * tables are captured from there on. Applied to a stream split once, however often it is tried.
 *
 * @param number counts the extensions of a pipeline's stream, from 1
 * @param removed OIDs of tables that it captured and doesn't any more
 * @param added schemas of the tables that it captures now too
 * @param contract what the catalog said of these; null when none is added
 * @param boundaries the snapshots under which they were read
 */
public record StreamExtension(
        int number,
        List<Integer> removed,
        List<TableSchema> added,
        @Nullable CaptureContract contract,
        List<SnapshotBoundary> boundaries)
        implements Serializable {

    /** The extended split; the same one when it has this extension, or a later one, already. */
    StreamSplit applyTo(StreamSplit stream) {
        if (stream.extension() >= number) {
            return stream;
        }
        // A table that is removed and added again is read anew: so the removed ones go first.
        List<TableSchema> tables =
                new ArrayList<>(
                        stream.tables().stream()
                                .filter(table -> !removed.contains(table.oid()))
                                .toList());
        tables.addAll(added);
        List<SnapshotBoundary> shown = new ArrayList<>();
        for (SnapshotBoundary boundary : stream.boundaries()) {
            List<Integer> left =
                    boundary.tables().stream().filter(oid -> !removed.contains(oid)).toList();
            if (!left.isEmpty()) {
                shown.add(boundary.of(left));
            }
        }
        shown.addAll(boundaries);
        return new StreamSplit(
                stream.timeline(),
                stream.position(),
                List.copyOf(tables),
                extended(stream.contract()),
                List.copyOf(shown),
                number);
    }

    /** Without one the first look at the catalog makes it, for all tables. */
    private @Nullable CaptureContract extended(@Nullable CaptureContract before) {
        if (before == null) {
            return null;
        }
        List<TableTerms> all =
                new ArrayList<>(
                        before.tables().stream()
                                .filter(table -> !removed.contains(table.oid()))
                                .toList());
        if (contract != null) {
            all.addAll(contract.tables());
        }
        return new CaptureContract(before.publication(), List.copyOf(all));
    }
}
