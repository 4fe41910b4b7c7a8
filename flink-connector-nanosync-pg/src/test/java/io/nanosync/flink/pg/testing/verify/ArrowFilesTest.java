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
}
