package io.nanosync.flink.pg.testing.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
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
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrowFilesTest {

    private static final QualifiedName TABLE = new QualifiedName("shop", "T");

    @TempDir Path folder;

    @Test
    void readsRowsOfFileAndStreamFormat() throws IOException {
        write(folder.resolve("a/part-0.arrow"), true);
        write(folder.resolve("part-1.arrow"), false);

        Map<QualifiedName, ArrivedTable> tables = ArrowFiles.read(folder);

        assertThat(tables).containsOnlyKeys(TABLE);
        ArrivedRow read =
                new ArrivedRow(
                        new Lsn(-2),
                        0,
                        RowEvent.read("at=1969-12-31 23:59:59.5+00|id=7|note=\u0001null"));
        ArrivedRow update =
                new ArrivedRow(
                        new Lsn(-1),
                        3,
                        new RowEvent(
                                4_294_967_295L,
                                'u',
                                "id=7",
                                "at=\u0001null|id=8|note=\u0001unchanged"));
        assertThat(tables.get(TABLE).effective()).containsExactly(read, read, update, update);
    }

    @Test
    void leavesHiddenFilesOut() throws IOException {
        write(folder.resolve(".part-0.inprogress.1"), true);
        write(folder.resolve("_temporary/part-0"), true);

        assertThat(ArrowFiles.read(folder)).isEmpty();
    }

    @Test
    void saysWhichCommittedFileIsBroken() throws IOException {
        Path broken = folder.resolve("part-0.arrow");
        write(broken, true);
        byte[] bytes = Files.readAllBytes(broken);
        Files.write(broken, java.util.Arrays.copyOf(bytes, bytes.length / 2));

        assertThatThrownBy(() -> ArrowFiles.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("Cannot read committed file " + broken);
    }

    private static void write(Path file, boolean fileFormat) throws IOException {
        Files.createDirectories(file.getParent());
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(schema(), allocator);
                OutputStream out = Files.newOutputStream(file);
                WritableByteChannel channel = Channels.newChannel(out);
                ArrowWriter writer =
                        fileFormat
                                ? new ArrowFileWriter(root, null, channel)
                                : new ArrowStreamWriter(root, null, channel)) {
            fill(root);
            writer.writeBatch();
        }
    }

    private static void fill(VectorSchemaRoot root) {
        VarCharVector op = (VarCharVector) root.getVector("op");
        op.setSafe(0, "r".getBytes(StandardCharsets.UTF_8));
        op.setSafe(1, "u".getBytes(StandardCharsets.UTF_8));
        ((BigIntVector) root.getVector("commit_lsn")).setSafe(0, -2);
        ((BigIntVector) root.getVector("commit_lsn")).setSafe(1, -1);
        ((BigIntVector) root.getVector("ordinal")).setSafe(0, 0);
        ((BigIntVector) root.getVector("ordinal")).setSafe(1, 3);
        ((UInt4Vector) root.getVector("xid")).setSafe(1, -1);
        StructVector before = (StructVector) root.getVector("before");
        before.allocateNew();
        before.setNull(0);
        before.setIndexDefined(1);
        ((IntVector) before.getChild("id")).setSafe(1, 7);
        StructVector after = (StructVector) root.getVector("after");
        after.allocateNew();
        after.setIndexDefined(0);
        after.setIndexDefined(1);
        ((IntVector) after.getChild("id")).setSafe(0, 7);
        ((IntVector) after.getChild("id")).setSafe(1, 8);
        ((TimeStampMicroTZVector) after.getChild("at")).setSafe(0, -500_000);
        ListVector unchanged = (ListVector) root.getVector("unchanged");
        unchanged.allocateNew();
        unchanged.startNewValue(1);
        ((IntVector) unchanged.getDataVector()).setSafe(0, 1);
        unchanged.endValue(1, 1);
        root.setRowCount(2);
    }

    private static Schema schema() {
        Field id = Field.nullable("id", new ArrowType.Int(32, true));
        Field note = Field.nullable("note", new ArrowType.Utf8());
        Field at = Field.nullable("at", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"));
        return new Schema(
                List.of(
                        Field.nullable("op", new ArrowType.Utf8()),
                        struct("before", id),
                        struct("after", id, note, at),
                        Field.nullable("commit_lsn", new ArrowType.Int(64, true)),
                        Field.nullable("ordinal", new ArrowType.Int(64, true)),
                        Field.nullable("xid", new ArrowType.Int(32, false)),
                        new Field(
                                "unchanged",
                                FieldType.nullable(new ArrowType.List()),
                                List.of(Field.nullable("item", new ArrowType.Int(32, true))))),
                Map.of("pg.schema", TABLE.schema(), "pg.table", TABLE.name()));
    }

    private static Field struct(String name, Field... children) {
        return new Field(name, FieldType.nullable(new ArrowType.Struct()), List.of(children));
    }
}
