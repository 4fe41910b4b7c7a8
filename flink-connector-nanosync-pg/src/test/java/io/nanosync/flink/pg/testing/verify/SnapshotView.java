package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which transactions the snapshot of a table shows.
 *
 * <p>One that came with its slot shows what committed before it. One that was taken beside a slot
 * which was there before shows some of what committed next to it and not the rest: that is learned
 * from what arrived. What didn't come as a change of any table that was read under the snapshot has
 * to be in the rows of all of them, and the other way round.
 *
 * @param point all that committed before it are shown
 * @param latest of those that committed up to here the ones that aren't {@code delivered} are shown
 * @param delivered transactions of which a change arrived
 */
record SnapshotView(Lsn point, Lsn latest, Set<Long> delivered) {

    /** It shows what committed up to this point, and nothing else. */
    static SnapshotView at(Lsn point) {
        return new SnapshotView(point, point, Set.of());
    }

    /** That of one table in one of its lives, of which a consumer ends with the rows. */
    static SnapshotView of(Life life, Map<Life, ArrivedTable> arrived, SnapshotPlaces places) {
        ArrivedTable itself = arrived.getOrDefault(life, new ArrivedTable());
        List<Reading> readings = itself.readings();
        Reading last = readings.get(readings.size() - 1);
        List<Lsn> own = last.points();
        if (!own.isEmpty()) {
            return known(own.get(own.size() - 1), arrived, places);
        }
        // Empty under its snapshot, or restarted under one that was lost later.
        NavigableSet<Lsn> others = others(life, arrived);
        @Nullable ArrivedRow restart = last.restart();
        if (restart != null) {
            others = others.tailSet(restart.commitLsn(), true);
        }
        if (others.isEmpty() && life.from() == null) {
            return at(new Lsn(0));
        } else if (others.isEmpty()) {
            return beside(life.begin(), life.begin(), last, places);
        } else if (places.withSlot() == null
                || (others.size() == 1 && places.isExact(others.first()))) {
            return at(others.last());
        }
        return beside(others.first(), others.last(), last, places);
    }

    /**
     * That of rows that were taken back.
     *
     * @param next where the snapshot was taken in whose favour
     */
    static SnapshotView former(
            Reading reading,
            Lsn next,
            Life life,
            Map<Life, ArrivedTable> arrived,
            SnapshotPlaces places) {
        Set<Lsn> own = reading.allPoints();
        if (!own.isEmpty()) {
            return known(own.iterator().next(), arrived, places);
        }
        NavigableSet<Lsn> others = others(life, arrived).headSet(next, false);
        Lsn first = others.isEmpty() ? life.begin() : others.first();
        Lsn last = others.isEmpty() ? life.begin() : others.last();
        return first.equals(last) && places.isExact(first)
                ? at(first)
                : beside(first, last, reading, places);
    }

    /** That of a snapshot of this point. */
    private static SnapshotView known(
            Lsn point, Map<Life, ArrivedTable> arrived, SnapshotPlaces places) {
        return places.isExact(point)
                ? at(point)
                : new SnapshotView(
                        point,
                        places.latest(point),
                        delivered(
                                arrived.values().stream()
                                        .flatMap(table -> table.readings().stream())
                                        .filter(reading -> reading.allPoints().contains(point))
                                        .toList()));
    }

    /** Where the snapshots were taken of all that was read together with a table. */
    static NavigableSet<Lsn> others(Life life, Map<Life, ArrivedTable> arrived) {
        return arrived.entrySet().stream()
                .filter(other -> other.getKey().begin().equals(life.begin()))
                .flatMap(other -> other.getValue().wholeSnapshotPoints().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** That of a table of whose snapshots only this is known: which could be the first and last. */
    private static SnapshotView beside(Lsn first, Lsn last, Reading itself, SnapshotPlaces places) {
        return new SnapshotView(first, places.latest(last), delivered(List.of(itself)));
    }

    /** The points of the snapshots of which a consumer ends with rows: one, if all is well. */
    static List<Lsn> points(ArrivedTable table) {
        List<Reading> readings = table.readings();
        return readings.get(readings.size() - 1).points();
    }

    private static Set<Long> delivered(Collection<Reading> readings) {
        Set<Long> delivered = new HashSet<>();
        for (Reading reading : readings) {
            reading.changes().forEach(row -> delivered.add(row.event().xid()));
        }
        return delivered;
    }

    /**
     * Whether it shows a transaction.
     *
     * @param end of its commit record
     */
    boolean shows(long xid, Lsn end) {
        return !end.isAfter(point) || mayShow(xid, end);
    }

    /** Whether it shows a transaction that committed next to it, or nothing of it was emitted. */
    boolean mayShow(long xid, Lsn end) {
        return end.isAfter(point) && !end.isAfter(latest) && !delivered.contains(xid);
    }

    /** Whether all that it may show committed up to here. */
    boolean isBefore(Lsn until) {
        return !latest.isAfter(until);
    }
}
