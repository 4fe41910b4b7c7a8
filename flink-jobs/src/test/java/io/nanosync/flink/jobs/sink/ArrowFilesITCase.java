package io.nanosync.flink.jobs.sink;

import static io.nanosync.flink.jobs.sink.TestBatches.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.typeinfo.ChangeBatchTypeInfo;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrowFilesITCase {

    private static final QualifiedName ORDERS = new QualifiedName("public", "orders");
    private static final QualifiedName MIXED = new QualifiedName("sales", "Mixed.Case");

    @TempDir private Path folder;

    @Test
    void writesCommittedFilesPerTableAndSchemaThatArrowReads() throws Exception {
        run(
                List.of(
                        batch(ORDERS, List.of("a"), 1, 3),
                        batch(MIXED, List.of("a"), 10, 12),
                        batch(ORDERS, List.of("a"), 3, 6),
                        batch(ORDERS, List.of("a", "b"), 6, 8)));
        List<Path> orders = files("public.orders");
        List<Path> mixed = files("sales.Mixed%2ECase");
        assertThat(orders).hasSize(2);
        assertThat(mixed).hasSize(1);
        assertThat(orders).allMatch(file -> file.toString().endsWith(".arrow"));
        assertThat(orders.stream().map(Path::getParent).distinct()).hasSize(2);
        assertThat(ids(mixed.get(0))).containsExactly(10, 11);
        assertThat(List.of(ids(orders.get(0)), ids(orders.get(1))))
                .containsExactlyInAnyOrder(List.of(1, 2, 3, 4, 5), List.of(6, 7));
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.filter(Files::isRegularFile)).as("nothing else is left").hasSize(3);
        }
    }

    private void run(List<ChangeBatch> batches) throws Exception {
        Configuration settings = new Configuration();
        settings.setString("rest.bind-port", "0");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(1, settings);
        env.enableCheckpointing(60_000);
        env.fromData(batches, ChangeBatchTypeInfo.INSTANCE)
                .sinkTo(Sinks.arrow("file://" + folder))
                .uid("nanosync-sink");
        env.execute();
    }

    private static ChangeBatch batch(QualifiedName table, List<String> texts, int from, int to) {
        return TestBatches.of(
                table,
                texts,
                rows -> {
                    for (int id = from; id < to; id++) {
                        String[] values = new String[1 + texts.size()];
                        values[0] = Integer.toString(id);
                        for (int i = 1; i < values.length; i++) {
                            values[i] = "text " + id;
                        }
                        rows.insert(id, tuple(values));
                    }
                });
    }

    private List<Path> files(String table) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(table))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static List<Integer> ids(Path file) throws IOException {
        List<Integer> ids = new ArrayList<>();
        try (BufferAllocator allocator = new RootAllocator();
                SeekableByteChannel channel = Files.newByteChannel(file);
                ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
            while (reader.loadNextBatch()) {
                VectorSchemaRoot root = reader.getVectorSchemaRoot();
                IntVector id = (IntVector) ((StructVector) root.getVector("after")).getChild("id");
                for (int row = 0; row < root.getRowCount(); row++) {
                    ids.add(id.get(row));
                }
            }
        }
        return ids;
    }
}
