package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads the committed Arrow files below a folder by Arrow's own readers. Hidden files (still being
 * written, or not yet committed) are left out, as any consumer leaves them out.
 */
final class ArrowFiles {

    private static final byte[] FILE_MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

    private ArrowFiles() {}

    /**
     * A file.
     *
     * @param name relative to the folder
     */
    record ArrivedFile(QualifiedName table, String name, List<ArrivedRow> rows) {}

    /** The tables by name. */
    static Map<QualifiedName, ArrivedTable> read(Path folder) throws IOException {
        Map<QualifiedName, ArrivedTable> tables = new TreeMap<>();
        for (ArrivedFile file : files(folder)) {
            tables.computeIfAbsent(file.table(), ignored -> new ArrivedTable())
                    .addFile(file.name(), file.rows());
        }
        return tables;
    }

    /** The files, by name. */
    static List<ArrivedFile> files(Path folder) throws IOException {
        List<ArrivedFile> files = new ArrayList<>();
        for (Path file : committed(folder)) {
            try {
                files.add(read(file, folder.relativize(file).toString()));
            } catch (IOException | RuntimeException e) {
                throw new IOException("Cannot read committed file " + file, e);
            }
        }
        return files;
    }

    private static List<Path> committed(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> isVisible(folder.relativize(file)))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isVisible(Path relative) {
        for (Path part : relative) {
            String name = part.toString();
            if (name.startsWith(".") || name.startsWith("_") || name.contains("inprogress")) {
                return false;
            }
        }
        return true;
    }

    private static ArrivedFile read(Path file, String name) throws IOException {
        try (BufferAllocator allocator = new RootAllocator();
                ArrowReader reader = reader(file, allocator)) {
            VectorSchemaRoot root = reader.getVectorSchemaRoot();
            List<ArrivedRow> rows = new ArrayList<>();
            while (reader.loadNextBatch()) {
                for (int row = 0; row < root.getRowCount(); row++) {
                    rows.add(row(root, row));
                }
            }
            Map<String, String> metadata = root.getSchema().getCustomMetadata();
            return new ArrivedFile(
                    new QualifiedName(
                            Objects.requireNonNull(metadata.get("pg.schema")),
                            Objects.requireNonNull(metadata.get("pg.table"))),
                    name,
                    rows);
        }
    }

    @SuppressWarnings("resource") // The reader closes channel and stream.
    private static ArrowReader reader(Path file, BufferAllocator allocator) throws IOException {
        byte[] magic;
        try (InputStream in = Files.newInputStream(file)) {
            magic = in.readNBytes(FILE_MAGIC.length);
        }
        SeekableByteChannel channel = Files.newByteChannel(file);
        return Arrays.equals(magic, FILE_MAGIC)
                ? new ArrowFileReader(channel, allocator)
                : new ArrowStreamReader(channel, allocator);
    }

    private static ArrivedRow row(VectorSchemaRoot root, int row) {
        FieldVector xid = root.getVector("xid");
        String op =
                new String(((VarCharVector) root.getVector("op")).get(row), StandardCharsets.UTF_8);
        return new ArrivedRow(
                new Lsn(number(root, "commit_lsn", row)),
                number(root, "ordinal", row),
                new RowEvent(
                        xid.isNull(row)
                                ? RowEvent.SNAPSHOT
                                : ((BaseIntVector) xid).getValueAsLong(row) & 0xFFFF_FFFFL,
                        op.charAt(0),
                        struct(root.getVector("before"), row, name -> false),
                        struct(root.getVector("after"), row, unchanged(root, row)::contains)));
    }

    private static long number(VectorSchemaRoot root, String column, int row) {
        return ((BaseIntVector) root.getVector(column)).getValueAsLong(row);
    }

    private static Set<String> unchanged(VectorSchemaRoot root, int row) {
        ListVector lists = (ListVector) root.getVector("unchanged");
        Set<String> names = new HashSet<>();
        if (!lists.isNull(row)) {
            IntVector indexes = (IntVector) lists.getDataVector();
            List<FieldVector> columns =
                    ((StructVector) root.getVector("after")).getChildrenFromFields();
            for (int i = lists.getElementStartIndex(row); i < lists.getElementEndIndex(row); i++) {
                names.add(columns.get(indexes.get(i)).getName());
            }
        }
        return names;
    }

    private static @Nullable String struct(
            FieldVector vector, int row, Predicate<String> isUnchanged) {
        if (vector.isNull(row)) {
            return null;
        }
        Map<String, @Nullable String> values = new TreeMap<>();
        for (FieldVector column : vector.getChildrenFromFields()) {
            String name = column.getName();
            if (isUnchanged.test(name)) {
                values.put(name, RowText.UNCHANGED);
            } else {
                values.put(name, column.isNull(row) ? null : ArrowText.of(column, row));
            }
        }
        RowText text = new RowText();
        values.forEach(text::add);
        return text.toString();
    }
}
