package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares what was asked to be read again with what was. */
record Resnapshots(Collection<Resnapshot> asked) {

    private static final Lsn FOR_EVER = new Lsn(-1);

    /** Up to where a stream was at the least when a snapshot was taken beside it. */
    Lsn streamedBefore(Lsn point) {
        return asked.stream()
                .filter(request -> !request.asked().isAfter(point))
                .map(Resnapshot::streamed)
                .max(Comparator.naturalOrder())
                .orElse(new Lsn(0));
    }

    /** Requests that aren't done, or that have no effect; and what was read again unasked. */
    List<String> differences(Map<Life, ArrivedTable> arrived) {
        List<String> differences = new ArrayList<>();
        for (Resnapshot request : asked) {
            if (request.done() == null) {
                differences.add(request + ": not done");
            }
            arrived.forEach(
                    (life, rows) -> {
                        if (isThere(life, request)) {
                            Lsn newest = newest(life, rows, arrived);
                            if (newest == null || request.asked().isAfter(newest)) {
                                differences.add(request + ": read for the last time at " + newest);
                            }
                        }
                    });
        }
        arrived.forEach((life, rows) -> differences.addAll(unasked(life.table(), rows)));
        return differences;
    }

    /** Whether the table was captured when it was asked for, and ever since. */
    private static boolean isThere(Life life, Resnapshot request) {
        return life.table().equals(request.table())
                && life.until() == null
                && !life.begin().isAfter(request.asked());
    }

    /** Where the newest snapshot of a table was taken; of an empty one where it may have been. */
    private static @Nullable Lsn newest(
            Life life, ArrivedTable rows, Map<Life, ArrivedTable> arrived) {
        Set<Lsn> own = rows.snapshotPoints();
        TreeSet<Lsn> points = new TreeSet<>(own);
        if (own.isEmpty()) {
            points.addAll(SnapshotView.others(life, arrived));
        }
        return points.isEmpty() ? null : points.last();
    }

    /** Each time that changes are taken back takes a request of its own. */
    private List<String> unasked(QualifiedName table, ArrivedTable rows) {
        List<Resnapshot> left =
                new ArrayList<>(
                        asked.stream()
                                .filter(request -> request.table().equals(table))
                                .sorted(Comparator.comparing(Resnapshots::end))
                                .toList());
        List<String> unasked = new ArrayList<>();
        for (Lsn point : readAgain(rows)) {
            Optional<Resnapshot> answered =
                    left.stream().filter(request -> request.mayBeAnsweredBy(point)).findFirst();
            answered.ifPresentOrElse(
                    left::remove,
                    () -> unasked.add(table + ": read again at " + point + ", which nobody asked"));
        }
        return unasked;
    }

    private static Lsn end(Resnapshot request) {
        return request.done() == null ? FOR_EVER : request.done();
    }

    /**
     * Where a table was read again of which changes had come: a lost snapshot is no reason then.
     */
    static List<Lsn> readAgain(ArrivedTable rows) {
        List<Lsn> points = new ArrayList<>();
        List<Reading> readings = rows.readings();
        for (int i = 1; i < readings.size(); i++) {
            @Nullable ArrivedRow restart = readings.get(i).restart();
            if (restart != null && readings.get(i - 1).isStreamed()) {
                points.add(restart.commitLsn());
            }
        }
        return points;
    }
}
