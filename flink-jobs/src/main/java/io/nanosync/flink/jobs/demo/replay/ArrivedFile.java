package io.nanosync.flink.jobs.demo.replay;

import io.nanosync.flink.pg.columnar.Op;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a first look at a committed file told.
 *
 * @param restart the last restart of the snapshot in it; null when there is none
 * @param firstChange position of the first row that isn't of the snapshot; null when there is none
 * @param snapshotRows whether it has rows of the snapshot
 */
record ArrivedFile(
        Path path,
        QualifiedName table,
        @Nullable Position restart,
        @Nullable Position firstChange,
        boolean snapshotRows) {

    /** Paths of the committed files. Hidden files are still being written, or not yet committed. */
    static List<Path> committed(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> isVisible(folder.relativize(path)))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    /** Every committed file below a folder, by table. */
    static Map<QualifiedName, List<ArrivedFile>> below(Path folder) throws IOException {
        List<ArrivedFile> files = new ArrayList<>();
        for (Path path : committed(folder)) {
            files.add(of(path));
        }
        return files.stream()
                .collect(
                        Collectors.groupingBy(
                                ArrivedFile::table, TreeMap::new, Collectors.toList()));
    }

    private static boolean isVisible(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".") || part.toString().startsWith("_")) {
                return false;
            }
        }
        return true;
    }

    private static ArrivedFile of(Path path) throws IOException {
        try (ArrowRows rows = ArrowRows.open(path)) {
            Position restart = null;
            Position firstChange = null;
            boolean snapshotRows = false;
            while (rows.next()) {
                if (rows.op() == Op.READ) {
                    snapshotRows = true;
                } else {
                    Position position = rows.position();
                    if (position.isRestart()
                            && (restart == null || position.compareTo(restart) > 0)) {
                        restart = position;
                    }
                    if (firstChange == null || position.compareTo(firstChange) < 0) {
                        firstChange = position;
                    }
                }
            }
            return new ArrivedFile(path, rows.table(), restart, firstChange, snapshotRows);
        } catch (IOException | RuntimeException e) {
            throw new IOException("Cannot read committed file " + path, e);
        }
    }
}
