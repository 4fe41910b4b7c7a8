package io.nanosync.flink.jobs.demo.replay;

import io.nanosync.flink.pg.columnar.Op;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells when a table's first row has arrived in a committed file: a row, not the truncate that
 * restarts its snapshot. Looks at each file once.
 */
public final class MarkerWatch {

    private final Path folder;
    private final QualifiedName table;
    private final Set<Path> seen = new HashSet<>();

    public MarkerWatch(Path folder, QualifiedName table) {
        this.folder = folder;
        this.table = table;
    }

    /** Looks at the files that came since the last call. */
    public boolean hasArrived() throws IOException {
        for (Path file : ArrivedFile.committed(folder)) {
            if (seen.add(file)) {
                try (ArrowRows rows = ArrowRows.open(file)) {
                    if (rows.table().equals(table) && hasRow(rows)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean hasRow(ArrowRows rows) throws IOException {
        while (rows.next()) {
            if (rows.op() == Op.INSERT || rows.op() == Op.READ) {
                return true;
            }
        }
        return false;
    }
}
