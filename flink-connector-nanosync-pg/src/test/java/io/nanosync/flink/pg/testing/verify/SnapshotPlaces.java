package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of where a pipeline's snapshots lie among the transactions.
 *
 * @param withSlot points of snapshots that came with their slots: they show exactly what committed
 *     before; null when all did
 * @param latest none of the others shows what committed behind it
 */
public record SnapshotPlaces(@Nullable Set<Lsn> withSlot, Lsn latest) {

    /** All snapshots came with their slots. */
    static final SnapshotPlaces WITH_SLOTS = new SnapshotPlaces(null, new Lsn(0));

    /** The same where none came with its slot. */
    public SnapshotPlaces beside() {
        return new SnapshotPlaces(Set.of(), latest);
    }

    boolean isExact(Lsn point) {
        return withSlot == null || withSlot.contains(point);
    }
}
