package io.nanosync.flink.pg.columnar;

import static io.nanosync.flink.pg.columnar.TestTables.EVERYTHING;
import static io.nanosync.flink.pg.columnar.TestTables.NOTES;
import static io.nanosync.flink.pg.columnar.TestTuples.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.util.ByteArrayReadableSeekableByteChannel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ArrowFileWriterTest {

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();

    @Test
    void writesWhatArrowsFileReaderReads() throws IOException {
        List<ChangeBatch> batches = List.of(batch("a", "b", "c"), batch("d"), batch("e", null));
        ArrowFileWriter writer = new ArrowFileWriter(file, ChangeSchema.of(NOTES));
        List<String> expected = new ArrayList<>();
        for (ChangeBatch batch : batches) {
            writer.append(batch);
            expected.addAll(BatchText.rows(batch));
        }
        writer.finish();
        assertThat(writer.writtenBytes()).isEqualTo(file.size());
        assertThat(readFile()).isEqualTo(expected);
        assertThat(readStream()).isEqualTo(expected);
    }

    @Test
    void writesAFileWithoutBatches() throws IOException {
        new ArrowFileWriter(file, ChangeSchema.of(EVERYTHING)).finish();
        try (RootAllocator allocator = new RootAllocator();
                ArrowFileReader reader = fileReader(allocator)) {
            assertThat(reader.getVectorSchemaRoot().getSchema())
                    .isEqualTo(ChangeSchema.of(EVERYTHING).arrow());
            assertThat(reader.getRecordBlocks()).isEmpty();
        }
    }

    @Test
    void findsEachBatchByItsBlock() throws IOException {
        ArrowFileWriter writer = new ArrowFileWriter(file, ChangeSchema.of(NOTES));
        writer.append(batch("a"));
        writer.append(batch("b"));
        writer.finish();
        try (RootAllocator allocator = new RootAllocator();
                ArrowFileReader reader = fileReader(allocator)) {
            assertThat(reader.loadRecordBatch(reader.getRecordBlocks().get(1))).isTrue();
            assertThat(BatchText.arrowRows(reader.getVectorSchemaRoot()))
                    .isEqualTo(BatchText.rows(batch("b")));
        }
    }

    @Test
    void refusesBatchesOfAnotherSchema() throws IOException {
        ArrowFileWriter writer = new ArrowFileWriter(file, ChangeSchema.of(EVERYTHING));
        assertThatThrownBy(() -> writer.append(batch("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Cannot append a batch of public.notes#")
                .hasMessageContaining("to an Arrow file of public.everything#");
    }

    @Test
    void isFinishedOnce() throws IOException {
        ArrowFileWriter writer = new ArrowFileWriter(file, ChangeSchema.of(NOTES));
        writer.finish();
        assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> writer.append(batch("a")))
                .isInstanceOf(IllegalStateException.class);
    }

    private List<String> readFile() throws IOException {
        try (RootAllocator allocator = new RootAllocator();
                ArrowFileReader reader = fileReader(allocator)) {
            return read(reader);
        }
    }

    /** The part between the magics is a stream of its own. */
    private List<String> readStream() throws IOException {
        byte[] bytes = file.toByteArray();
        try (RootAllocator allocator = new RootAllocator();
                ArrowStreamReader reader =
                        new ArrowStreamReader(
                                new ByteArrayInputStream(bytes, 8, bytes.length - 8), allocator)) {
            return read(reader);
        }
    }

    private static List<String> read(ArrowReader reader) throws IOException {
        List<String> rows = new ArrayList<>();
        while (reader.loadNextBatch()) {
            rows.addAll(BatchText.arrowRows(reader.getVectorSchemaRoot()));
        }
        return rows;
    }

    private ArrowFileReader fileReader(RootAllocator allocator) {
        return new ArrowFileReader(
                new ByteArrayReadableSeekableByteChannel(file.toByteArray()), allocator);
    }

    private static ChangeBatch batch(@Nullable String... notes) {
        ChangeBatchBuilder builder = new ChangeBatchBuilder(NOTES, Unrepresentable.failing());
        for (String note : notes) {
            builder.snapshotRow(new Lsn(16), tuple("1", note));
        }
        return builder.build();
    }
}
