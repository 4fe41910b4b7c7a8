package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What arrived of one table: the rows of all its files. */
final class ArrivedTable {

    private final List<ArrivedRow> rows = new ArrayList<>();
    private final List<String> disorder = new ArrayList<>();
    private @Nullable List<Reading> readings;

    /** Adds one file's rows in file order. */
    void addFile(String file, List<ArrivedRow> fileRows) {
        ArrivedRow previous = null;
        for (ArrivedRow row : fileRows) {
            if (previous != null && isBehind(previous, row)) {
                disorder.add(file + ": " + row.position() + " stands after " + previous.position());
            }
            previous = row;
        }
        rows.addAll(fileRows);
        readings = null;
    }

    /** Adds all that is in another one. */
    void addAll(ArrivedTable other) {
        rows.addAll(other.rows);
        disorder.addAll(other.disorder);
        readings = null;
    }

    /** Snapshot rows of one table have no order among themselves. */
    private static boolean isBehind(ArrivedRow previous, ArrivedRow row) {
        int order = ArrivedRow.ORDER.compare(previous, row);
        return order > 0 || order == 0 && !row.isSnapshotRow();
    }

    /** Places where a file isn't in order. */
    List<String> disorder() {
        return disorder;
    }

    /** From restart to restart of its snapshot: the last is what a consumer ends with. */
    List<Reading> readings() {
        if (readings == null) {
            readings = divided(rows.stream().sorted(ArrivedRow.ORDER).toList());
        }
        return readings;
    }

    private static List<Reading> divided(List<ArrivedRow> sorted) {
        List<Reading> readings = new ArrayList<>();
        @Nullable ArrivedRow restart = null;
        int begin = 0;
        for (int i = 0; i < sorted.size(); i++) {
            if (sorted.get(i).isRestart()) {
                if (restart != null || i > begin) {
                    readings.add(new Reading(restart, sorted.subList(begin, i)));
                }
                restart = sorted.get(i);
                begin = i + 1;
            }
        }
        readings.add(new Reading(restart, sorted.subList(begin, sorted.size())));
        return readings;
    }

    private Reading last() {
        return readings().get(readings().size() - 1);
    }

    /** The restart of the snapshot behind which the rows count; null when it never restarted. */
    @Nullable ArrivedRow lastRestart() {
        return last().restart();
    }

    /** The rows that a consumer ends with, in order. */
    List<ArrivedRow> effective() {
        return last().rows();
    }

    /** Where the snapshots were taken of which a consumer ends with rows or with their restart. */
    Set<Lsn> snapshotPoints() {
        return last().allPoints();
    }

    /** The same, and those of snapshots that were read whole and taken back. */
    Set<Lsn> wholeSnapshotPoints() {
        Set<Lsn> points = new TreeSet<>(snapshotPoints());
        readings().stream()
                .filter(Reading::isStreamed)
                .forEach(reading -> points.addAll(reading.allPoints()));
        return points;
    }

    /** How much of what it is made of. */
    String summary() {
        Map<String, Long> parts = new TreeMap<>();
        for (ArrivedRow row : rows) {
            String part =
                    row.isRestart()
                            ? "restart at " + row.commitLsn()
                            : row.isSnapshotRow()
                                    ? "snapshot rows at " + row.commitLsn()
                                    : "changes";
            parts.merge(part, 1L, Long::sum);
        }
        return parts.toString();
    }
}
