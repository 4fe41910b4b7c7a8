package io.nanosync.flink.pg.wal;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which transactions a snapshot shows that was taken while the slot was there already. The stream
 * begins before the snapshot, so it brings them again: of the tables that were read under the
 * snapshot their changes are left out.
 *
 * <p>A transaction is told by its id alone. A commit is in the WAL, and decoded, before snapshots
 * show it, for as long as a synchronous standby is awaited: so of two transactions the later one in
 * the WAL may be shown and the earlier one not.
 *
 * @param tables OIDs of the tables that were read under the snapshot
 * @param xmin all transactions before it are shown, 64 bits
 * @param xmax none from it on is shown
 * @param running those between that had not ended, which aren't shown either
 * @param end an LSN that was reached behind the snapshot: whatever committed later isn't shown
 * @param timeline on which that was; null for that of the stream
 */
public record SnapshotBoundary(
        List<Integer> tables,
        long xmin,
        long xmax,
        List<Long> running,
        Lsn end,
        @Nullable Timeline timeline)
        implements Serializable {

    /** A boundary on the timeline of the stream. */
    public SnapshotBoundary(
            List<Integer> tables, long xmin, long xmax, List<Long> running, Lsn end) {
        this(tables, xmin, xmax, running, end, null);
    }

    /**
     * The boundary of a snapshot.
     *
     * @param contents {@code pg_current_snapshot()::text}: {@code xmin:xmax:xip,xip…}
     */
    public static SnapshotBoundary of(String contents, List<Integer> tables, Lsn end) {
        String[] parts = contents.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException(
                    "Expected a snapshot as xmin:xmax:xip_list, found " + contents);
        }
        return new SnapshotBoundary(
                tables,
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                parts[2].isEmpty()
                        ? List.of()
                        : Arrays.stream(parts[2].split(",")).map(Long::valueOf).toList(),
                end);
    }

    /**
     * Whether the snapshot shows what a transaction did.
     *
     * @param xid its id, 32 bits: one less than 2³¹ transactions away from the snapshot
     * @param commit where it committed
     */
    public boolean shows(int xid, Lsn commit) {
        if (!end.isAfter(commit)) {
            return false;
        }
        long id = xmax + (xid - (int) xmax);
        return id < xmin || (id < xmax && !running.contains(id));
    }

    /** The same boundary, of these tables. */
    public SnapshotBoundary of(List<Integer> otherTables) {
        return new SnapshotBoundary(otherTables, xmin, xmax, running, end, timeline);
    }

    /** The same boundary, where the snapshot was taken on this timeline. */
    public SnapshotBoundary on(Timeline taken) {
        return new SnapshotBoundary(tables, xmin, xmax, running, end, taken);
    }

    /** Whether no transaction behind this position is shown. */
    public boolean isPassedBy(StreamPosition position) {
        return !end.isAfter(position.end());
    }
}
