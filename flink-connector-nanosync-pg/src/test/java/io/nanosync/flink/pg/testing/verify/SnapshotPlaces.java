package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is known of where a pipeline's snapshots lie among the transactions.
 *
 * @param withSlot points of snapshots that came with their slots: they show exactly what committed
 *     before; null when all did
 * @param reached for each of the others an LSN that was reached behind it and, where another one
 *     followed, before that: it shows nothing that committed later
 */
public record SnapshotPlaces(@Nullable Set<Lsn> withSlot, Set<Lsn> reached) {

    /** All snapshots came with their slots. */
    static final SnapshotPlaces WITH_SLOTS = new SnapshotPlaces(null, new Lsn(0));

    /** Any LSN lies before it. */
    private static final Lsn UNKNOWN = new Lsn(-1);

    /**
     * The places.
     *
     * @param latest none of those that came without a slot shows what committed behind it
     */
    public SnapshotPlaces(@Nullable Set<Lsn> withSlot, Lsn latest) {
        this(withSlot, Set.of(latest));
    }

    /** The same where none came with its slot. */
    public SnapshotPlaces beside() {
        return new SnapshotPlaces(Set.of(), reached);
    }

    /** The same, and these were reached behind snapshots too. */
    public SnapshotPlaces and(Collection<Lsn> more) {
        TreeSet<Lsn> all = new TreeSet<>(reached);
        all.addAll(more);
        return new SnapshotPlaces(withSlot, all);
    }

    boolean isExact(Lsn point) {
        return withSlot == null || withSlot.contains(point);
    }

    /** What committed behind it isn't shown by the snapshot of this point. */
    Lsn latest(Lsn point) {
        Lsn latest = new TreeSet<>(reached).ceiling(point);
        return latest == null ? UNKNOWN : latest;
    }
}
