package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.columnar.TestTables;
import io.nanosync.flink.pg.columnar.TestTuples;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches that are held back, in memory and on disk. */
final class HeldBatchesTest {

    @TempDir private Path folder;

    private SpillFiles files;

    @BeforeEach
    void inFolder() {
        files = new SpillFiles(folder);
    }

    private static ChangeBatch batch(int number) {
        ChangeBatchBuilder builder =
                new ChangeBatchBuilder(TestTables.NOTES, Unrepresentable.failing());
        builder.transaction(new Lsn(100), 7, 5);
        builder.insert(number, TestTuples.tuple(String.valueOf(number), "x".repeat(number % 50)));
        return builder.build();
    }

    private static List<ChangeBatch> batches(int from, int to) {
        List<ChangeBatch> batches = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            batches.add(batch(i));
        }
        return batches;
    }

    private void areGiven(WholeTransactions given, int count) {
        List<ChangeBatch> expected = batches(1, count);
        expected.set(count - 1, expected.get(count - 1).endingTransaction());
        assertThat(List.copyOf(given)).isEqualTo(expected);
    }

    @Test
    void comeInTheirOrderAndTheLastIsMarked() throws Exception {
        try (HeldBatches held = new HeldBatches(files, 1 << 20)) {
            held.add(batches(1, 3));
            held.add(batches(4, 4));
            assertThat(held.isEmpty()).isFalse();
            areGiven(held.end(batches(5, 6)), 6);
            assertThat(held.isEmpty()).isTrue();
            assertThat(held.end(List.of())).isEmpty();
        }
        assertThat(files.bytes()).isZero();
    }

    @Test
    void goToDiskBeyondTheMemoryAndLeaveNothingThere() throws Exception {
        int most = 3 * batch(1).recordBatch().length;
        try (HeldBatches held = new HeldBatches(files, most)) {
            held.add(batches(1, 400));
            assertThat(files.bytes()).isGreaterThan(100_000);
            try (WholeTransactions first = held.end(batches(401, 500))) {
                // The next transaction is held back while the first is being emitted.
                held.add(batches(1, 200));
                areGiven(first, 500);
            }
            try (WholeTransactions second = held.end(List.of())) {
                areGiven(second, 200);
            }
            assertThat(files.bytes()).isZero();
        }
        assertThat(folder).isEmptyDirectory();
    }

    /** A job that fails, or a process that dies. */
    @Test
    void leaveNothingOnDiskWhenTheyAreNeverEmitted() throws Exception {
        HeldBatches held = new HeldBatches(files, 0);
        held.add(batches(1, 10));
        assertThat(held.end(List.of())).hasSize(10);
        held.add(batches(1, 10));
        try (Stream<Path> found = Files.list(folder)) {
            assertThat(found).as("a file that is open has no name").isEmpty();
        }
        held.close();
        assertThat(files.bytes()).isPositive();
        files.close();
        assertThat(files.bytes()).isZero();
    }

    /** Flink 1.20 closes a fetcher that has failed while the task emits what it gave. */
    @Test
    void areReadThoughTheirFetcherIsGone() throws Exception {
        HeldBatches held = new HeldBatches(files, 0);
        held.add(batches(1, 10));
        try (WholeTransactions given = held.end(List.of())) {
            held.close();
            areGiven(given, 10);
        }
        assertThat(files.bytes()).isZero();
    }

    @Test
    void sayWhereThereIsNoRoom() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (HeldBatches held = new HeldBatches(new SpillFiles(file), 0)) {
            assertThatThrownBy(() -> held.add(batches(1, 1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("io.tmp.dirs");
        }
    }
}
