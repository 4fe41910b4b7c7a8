package io.nanosync.flink.jobs.demo.replay;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Tells when a table's first row has arrived in a committed file. Looks at each file once. */
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
                    if (rows.table().equals(table) && rows.next()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
