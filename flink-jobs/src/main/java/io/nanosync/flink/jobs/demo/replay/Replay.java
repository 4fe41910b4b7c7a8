package io.nanosync.flink.jobs.demo.replay;

import io.nanosync.flink.pg.columnar.Op;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Replays the files of one table as any consumer has to: by {@code (commit_lsn, ordinal)}, from the
 * last restart of the snapshot on.
 */
final class Replay {

    private final List<ArrivedFile> files;
    private final ShadowTable shadow;
    private final Position start;
    private long snapshotRows;
    private long changes;

    Replay(List<ArrivedFile> files, ShadowTable shadow) {
        this.files = files;
        this.shadow = shadow;
        this.start =
                files.stream()
                        .map(file -> file.restart() == null ? Position.START : file.restart())
                        .max(Comparator.naturalOrder())
                        .orElse(Position.START);
    }

    long snapshotRows() {
        return snapshotRows;
    }

    long changes() {
        return changes;
    }

    void run() throws IOException, SQLException {
        for (ArrivedFile file : files) {
            if (file.snapshotRows()) {
                try (ArrowRows rows = ArrowRows.open(file.path())) {
                    snapshotRows += shadow.copy(rows, start);
                }
            }
        }
        index();
        merge();
        shadow.commit();
    }

    private void index() throws IOException, SQLException {
        if (!files.isEmpty()) {
            try (ArrowRows rows = ArrowRows.open(files.get(0).path())) {
                shadow.index(rows.columns("before").get(0));
            }
        }
    }

    /**
     * Merges the files, each of which is in order. A file is opened when its first change is due,
     * and few are open at a time: those of one checkpoint.
     */
    private void merge() throws IOException, SQLException {
        Queue<Due> due = new PriorityQueue<>();
        for (ArrivedFile file : files) {
            Position first = file.firstChange();
            if (first != null) {
                due.add(new Due(first, file, null));
            }
        }
        for (Due next = due.poll(); next != null; next = due.poll()) {
            ArrowRows rows = next.rows();
            if (rows == null) {
                rows = ArrowRows.open(next.file().path());
            } else {
                applyBehindStart(rows);
            }
            if (nextChange(rows)) {
                due.add(new Due(rows.position(), next.file(), rows));
            } else {
                rows.close();
            }
        }
    }

    private void applyBehindStart(ArrowRows rows) throws SQLException {
        if (rows.position().compareTo(start) > 0) {
            shadow.apply(rows);
            changes++;
        }
    }

    private static boolean nextChange(ArrowRows rows) throws IOException {
        boolean found = rows.next();
        while (found && rows.op() == Op.READ) {
            found = rows.next();
        }
        return found;
    }

    /**
     * A file whose next change stands at a position.
     *
     * @param rows standing on that change; null while the file isn't open
     */
    private record Due(Position position, ArrivedFile file, @Nullable ArrowRows rows)
            implements Comparable<Due> {

        @Override
        public int compareTo(Due other) {
            return position.compareTo(other.position);
        }
    }
}
