package io.nanosync.flink.pg.source.enumerator.snapshot;

import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A snapshot that can't be read any more, and what was read under it.
 *
 * @param finished OIDs of the plan's tables of which every row is behind a completed checkpoint
 * @param begun OIDs of other tables of which rows may have been emitted
 */
public record LostSnapshot(SnapshotPlan plan, Set<Integer> finished, Set<Integer> begun) {

    /** Whether there is a table that needn't be read again, as long as the slot is there. */
    public boolean hasFinished() {
        return plan.earlier() != null || !finished.isEmpty();
    }

    /** OIDs of all tables of which rows may have been emitted, under this snapshot or before. */
    public Set<Integer> emitted() {
        Set<Integer> emitted = new LinkedHashSet<>(begun);
        emitted.addAll(finished);
        ReadEarlier earlier = plan.earlier();
        if (earlier != null) {
            earlier.tables().forEach(table -> emitted.add(table.oid()));
        }
        return emitted;
    }

    /** The tables that stay as they were read. */
    public ReadEarlier stays() {
        List<TableSchema> tables = new ArrayList<>();
        List<SnapshotBoundary> boundaries = new ArrayList<>();
        ReadEarlier earlier = plan.earlier();
        if (earlier != null) {
            tables.addAll(earlier.tables());
            boundaries.addAll(earlier.boundaries());
        }
        List<TableSchema> now =
                plan.tables().stream()
                        .map(SnapshotPlan.TablePlan::schema)
                        .filter(table -> finished.contains(table.oid()))
                        .toList();
        tables.addAll(now);
        boundaries.addAll(plan.boundaries(now));
        return new ReadEarlier(
                plan.streamStart(), plan.ownSlot(), List.copyOf(tables), List.copyOf(boundaries));
    }

    /** Whether a server whose WAL ends there can have everything that was read. */
    public boolean wasReachedBy(Lsn end) {
        return !plan.streamStart().isAfter(end)
                && stays().boundaries().stream().noneMatch(boundary -> boundary.end().isAfter(end));
    }
}
