package io.nanosync.flink.jobs.demo.replay;

import io.nanosync.flink.pg.columnar.Op;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the rows of one Arrow file, read by Arrow's own reader. Stands before the first row
 * at first. Used by one thread.
 */
final class ArrowRows implements AutoCloseable {

    private static final byte[] FILE_MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

    private final BufferAllocator allocator;
    private final ArrowReader reader;
    private final VectorSchemaRoot root;
    private int row = -1;

    private ArrowRows(BufferAllocator allocator, ArrowReader reader, VectorSchemaRoot root) {
        this.allocator = allocator;
        this.reader = reader;
        this.root = root;
    }

    /** Opens a file in Arrow's file or stream format. */
    static ArrowRows open(Path file) throws IOException {
        BufferAllocator allocator = new RootAllocator();
        SeekableByteChannel channel = Files.newByteChannel(file);
        ArrowReader reader =
                isFileFormat(file)
                        ? new ArrowFileReader(channel, allocator)
                        : new ArrowStreamReader(channel, allocator);
        return new ArrowRows(allocator, reader, reader.getVectorSchemaRoot());
    }

    private static boolean isFileFormat(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(FILE_MAGIC.length), FILE_MAGIC);
        }
    }

    /** The table whose rows these are. */
    QualifiedName table() throws IOException {
        return new QualifiedName(metadata("pg.schema"), metadata("pg.table"));
    }

    private String metadata(String key) throws IOException {
        String value = root.getSchema().getCustomMetadata().get(key);
        if (value == null) {
            throw new IOException("The schema has no metadata " + key);
        }
        return value;
    }

    /** Moves to the next row; false behind the last. */
    boolean next() throws IOException {
        row++;
        while (row >= root.getRowCount()) {
            if (!reader.loadNextBatch()) {
                return false;
            }
            row = 0;
        }
        return true;
    }

    Op op() {
        return Op.of(((VarCharVector) root.getVector("op")).get(row)[0]);
    }

    Position position() {
        return new Position(number("commit_lsn"), number("ordinal"));
    }

    private long number(String column) {
        return ((BaseIntVector) root.getVector(column)).getValueAsLong(row);
    }

    /** Names of the columns of {@code before} or {@code after}. */
    List<String> columns(String struct) {
        return root.getVector(struct).getField().getChildren().stream()
                .map(org.apache.arrow.vector.types.pojo.Field::getName)
                .toList();
    }

    /** The values of {@code before} or {@code after} as text; null when the whole is null. */
    @Nullable List<@Nullable String> values(String struct) {
        FieldVector vector = root.getVector(struct);
        if (vector.isNull(row)) {
            return null;
        }
        List<FieldVector> columns = vector.getChildrenFromFields();
        List<@Nullable String> values = new ArrayList<>(columns.size());
        for (FieldVector column : columns) {
            values.add(column.isNull(row) ? null : InputText.of(column, row));
        }
        return Collections.unmodifiableList(values);
    }

    /** Indexes of the columns of {@code after} whose value didn't change and wasn't sent. */
    List<Integer> unchanged() {
        ListVector lists = (ListVector) root.getVector("unchanged");
        if (lists.isNull(row)) {
            return List.of();
        }
        IntVector indexes = (IntVector) lists.getDataVector();
        List<Integer> unchanged = new ArrayList<>();
        for (int i = lists.getElementStartIndex(row); i < lists.getElementEndIndex(row); i++) {
            unchanged.add(indexes.get(i));
        }
        return unchanged;
    }

    @Override
    public void close() throws IOException {
        reader.close();
        allocator.close();
    }
}
