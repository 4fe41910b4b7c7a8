package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Arrow files as a pipeline writes them, made by Arrow's own writer, for a table of two columns:
 * {@code id int4}, {@code note text}.
 */
public final class ArrowFixture implements AutoCloseable {

    /** Which of Arrow's two formats. */
    public enum Format {
        FILE,
        STREAM
    }

    private final Path file;
    private final Format format;
    private final BufferAllocator allocator = new RootAllocator();
    private final VectorSchemaRoot root;
    private int rows;

    /**
     * @param wholeIdentity whether the replica identity is FULL, else it is {@code id}
     */
    public ArrowFixture(Path file, QualifiedName table, boolean wholeIdentity, Format format) {
        this.file = file;
        this.format = format;
        this.root = VectorSchemaRoot.create(schema(table, wholeIdentity), allocator);
        root.allocateNew();
    }

    /** A row of the snapshot. */
    public ArrowFixture read(long snapshotLsn, int id, @Nullable String note) {
        position('r', snapshotLsn, 0);
        tuple("after", id, note);
        return rowDone();
    }

    /** An insert. */
    public ArrowFixture insert(long lsn, long ordinal, int id, @Nullable String note) {
        change('i', lsn, ordinal);
        tuple("after", id, note);
        return rowDone();
    }

    /** An update that left the identity alone. */
    public ArrowFixture update(long lsn, long ordinal, int id, @Nullable String note) {
        change('u', lsn, ordinal);
        tuple("after", id, note);
        return rowDone();
    }

    /** An update whose old row was sent. */
    public ArrowFixture update(
            long lsn,
            long ordinal,
            int oldId,
            @Nullable String oldNote,
            int id,
            @Nullable String note) {
        change('u', lsn, ordinal);
        tuple("before", oldId, oldNote);
        tuple("after", id, note);
        return rowDone();
    }

    /** An update to another key whose note is unchanged and wasn't sent. */
    public ArrowFixture updateWithoutNote(long lsn, long ordinal, int oldId, int id) {
        change('u', lsn, ordinal);
        tuple("before", oldId, null);
        tuple("after", id, null);
        ListVector unchanged = (ListVector) root.getVector("unchanged");
        unchanged.startNewValue(rows);
        ((IntVector) unchanged.getDataVector())
                .setSafe(unchanged.getOffsetBuffer().getInt(rows * 4L), 1);
        unchanged.endValue(rows, 1);
        return rowDone();
    }

    /** A delete. */
    public ArrowFixture delete(long lsn, long ordinal, int id, @Nullable String note) {
        change('d', lsn, ordinal);
        tuple("before", id, note);
        return rowDone();
    }

    /** A truncate; the one that restarts a snapshot has ordinal -1. */
    public ArrowFixture truncate(long lsn, long ordinal) {
        if (ordinal < 0) {
            position('t', lsn, ordinal);
        } else {
            change('t', lsn, ordinal);
        }
        return rowDone();
    }

    private void change(char op, long lsn, long ordinal) {
        position(op, lsn, ordinal);
        ((UInt4Vector) root.getVector("xid")).setSafe(rows, (int) lsn);
    }

    private void position(char op, long lsn, long ordinal) {
        ((VarCharVector) root.getVector("op"))
                .setSafe(rows, String.valueOf(op).getBytes(StandardCharsets.UTF_8));
        ((BigIntVector) root.getVector("commit_lsn")).setSafe(rows, lsn);
        ((BigIntVector) root.getVector("ordinal")).setSafe(rows, ordinal);
    }

    private void tuple(String struct, int id, @Nullable String note) {
        StructVector vector = (StructVector) root.getVector(struct);
        vector.setIndexDefined(rows);
        ((IntVector) vector.getChild("id")).setSafe(rows, id);
        if (note != null && vector.getChild("note") instanceof VarCharVector notes) {
            notes.setSafe(rows, note.getBytes(StandardCharsets.UTF_8));
        }
    }

    private ArrowFixture rowDone() {
        rows++;
        return this;
    }

    /** Writes the file. */
    @Override
    public void close() throws IOException {
        root.setRowCount(rows);
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (OutputStream out = Files.newOutputStream(file);
                WritableByteChannel channel = Channels.newChannel(out);
                ArrowWriter writer =
                        format == Format.FILE
                                ? new ArrowFileWriter(root, null, channel)
                                : new ArrowStreamWriter(root, null, channel)) {
            writer.writeBatch();
        }
        root.close();
        allocator.close();
    }

    private static Schema schema(QualifiedName table, boolean wholeIdentity) {
        Field id = Field.nullable("id", new ArrowType.Int(32, true));
        Field note = Field.nullable("note", new ArrowType.Utf8());
        return new Schema(
                List.of(
                        Field.nullable("op", new ArrowType.Utf8()),
                        wholeIdentity ? struct("before", id, note) : struct("before", id),
                        struct("after", id, note),
                        Field.nullable("commit_lsn", new ArrowType.Int(64, true)),
                        Field.nullable("ordinal", new ArrowType.Int(64, true)),
                        Field.nullable("xid", new ArrowType.Int(32, false)),
                        new Field(
                                "unchanged",
                                FieldType.nullable(new ArrowType.List()),
                                List.of(Field.nullable("item", new ArrowType.Int(32, true))))),
                Map.of("pg.schema", table.schema(), "pg.table", table.name()));
    }

    private static Field struct(String name, Field... children) {
        return new Field(name, FieldType.nullable(new ArrowType.Struct()), List.of(children));
    }
}
