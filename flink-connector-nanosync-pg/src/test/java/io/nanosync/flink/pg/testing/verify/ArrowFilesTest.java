package io.nanosync.flink.pg.testing.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrowFilesTest {

    private static final QualifiedName TABLE = new QualifiedName("shop", "T");

    @TempDir Path folder;

    @Test
    void readsRowsOfFileAndStreamFormat() throws IOException {
        write(folder.resolve("a/part-0.arrow"), ArrowFixture.Format.FILE);
        write(folder.resolve("part-1.arrow"), ArrowFixture.Format.STREAM);

        Map<QualifiedName, ArrivedTable> tables = ArrowFiles.read(folder);

        assertThat(tables).containsOnlyKeys(TABLE);
        ArrivedRow read = new ArrivedRow(new Lsn(-2), 0, RowEvent.read("id=7|note=\u0001null"));
        ArrivedRow update =
                new ArrivedRow(
                        new Lsn(-1),
                        3,
                        new RowEvent(4_294_967_295L, 'u', "id=7", "id=8|note=\u0001unchanged"));
        assertThat(tables.get(TABLE).effective()).containsExactly(read, read, update, update);
    }

    @Test
    void leavesHiddenFilesOut() throws IOException {
        write(folder.resolve(".part-0.inprogress.1"), ArrowFixture.Format.FILE);
        write(folder.resolve("_temporary/part-0"), ArrowFixture.Format.FILE);

        assertThat(ArrowFiles.read(folder)).isEmpty();
    }

    @Test
    void saysWhichCommittedFileIsBroken() throws IOException {
        Path broken = folder.resolve("part-0.arrow");
        write(broken, ArrowFixture.Format.FILE);
        byte[] bytes = Files.readAllBytes(broken);
        Files.write(broken, Arrays.copyOf(bytes, bytes.length / 2));

        assertThatThrownBy(() -> ArrowFiles.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("Cannot read committed file " + broken);
    }

    private static void write(Path file, ArrowFixture.Format format) throws IOException {
        try (ArrowFixture fixture = new ArrowFixture(file, TABLE, false, format)) {
            fixture.read(-2, 7, null).updateWithoutNote(-1, 3, 7, 8);
        }
    }
<<<<<<< HEAD
=======

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
>>>>>>> h-client
}
