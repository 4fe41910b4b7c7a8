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
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches that are held back, in memory and on disk. */
final class HeldBatchesTest {

    @TempDir private Path folder;

    private final AtomicLong spilled = new AtomicLong();

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
        try (HeldBatches held = new HeldBatches(folder, 1 << 20, spilled)) {
            held.add(batches(1, 3));
            held.add(batches(4, 4));
            assertThat(held.isEmpty()).isFalse();
            areGiven(held.end(batches(5, 6)), 6);
            assertThat(held.isEmpty()).isTrue();
            assertThat(held.end(List.of())).isEmpty();
        }
        assertThat(spilled).hasValue(0);
    }

    @Test
    void goToDiskBeyondTheMemoryAndLeaveNothingThere() throws Exception {
        int most = 3 * batch(1).recordBatch().length;
        try (HeldBatches held = new HeldBatches(folder, most, spilled)) {
            held.add(batches(1, 400));
            assertThat(spilled.get()).isGreaterThan(100_000);
            try (WholeTransactions first = held.end(batches(401, 500))) {
                // The next transaction is held back while the first is being emitted.
                held.add(batches(1, 200));
                areGiven(first, 500);
            }
            try (WholeTransactions second = held.end(List.of())) {
                areGiven(second, 200);
            }
            assertThat(spilled).hasValue(0);
        }
        assertThat(folder).isEmptyDirectory();
    }

    /** A job that fails, or a process that dies. */
    @Test
    void leaveNothingOnDiskWhenTheyAreNeverGiven() throws Exception {
        HeldBatches held = new HeldBatches(folder, 0, spilled);
        held.add(batches(1, 10));
        held.end(List.of());
        held.add(batches(1, 10));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("a file that is open has no name").isEmpty();
        }
        held.close();
        assertThat(spilled).hasValue(0);
    }

    @Test
    void sayWhereThereIsNoRoom() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (HeldBatches held = new HeldBatches(file, 0, spilled)) {
            assertThatThrownBy(() -> held.add(batches(1, 1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("io.tmp.dirs");
        }
    }
}
