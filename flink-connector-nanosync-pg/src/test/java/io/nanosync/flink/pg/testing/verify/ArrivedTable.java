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
    private @Nullable List<ArrivedRow> effective;

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
        effective = null;
    }

    /** Adds all that is in another one. */
    void addAll(ArrivedTable other) {
        rows.addAll(other.rows);
        disorder.addAll(other.disorder);
        effective = null;
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

    /** The restart of the snapshot behind which the rows count; null when it never restarted. */
    @Nullable ArrivedRow lastRestart() {
        return rows.stream().filter(ArrivedRow::isRestart).max(ArrivedRow.ORDER).orElse(null);
    }

    /** The rows that a consumer ends with, in order. */
    List<ArrivedRow> effective() {
        if (effective == null) {
            ArrivedRow restart = lastRestart();
            effective =
                    rows.stream()
                            .filter(
                                    row ->
                                            restart == null
                                                    || ArrivedRow.ORDER.compare(row, restart) > 0)
                            .sorted(ArrivedRow.ORDER)
                            .toList();
        }
        return effective;
    }

    /** Where the snapshots were taken of which a consumer ends with rows or with their restart. */
    Set<Lsn> snapshotPoints() {
        Set<Lsn> points = new TreeSet<>(SnapshotView.points(this));
        ArrivedRow restart = lastRestart();
        if (restart != null) {
            points.add(restart.commitLsn());
        }
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
