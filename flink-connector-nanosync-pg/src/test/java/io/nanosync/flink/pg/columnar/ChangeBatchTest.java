package io.nanosync.flink.pg.columnar;

import static io.nanosync.flink.pg.columnar.TestTables.EVERYTHING;
import static io.nanosync.flink.pg.columnar.TestTables.NOTES;
import static io.nanosync.flink.pg.columnar.TestTuples.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Timeline;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

class ChangeBatchTest {

    @Test
    void isEqualByContent() {
        ChangeBatch batch = notes("one");
        assertThat(batch).isEqualTo(notes("one")).hasSameHashCodeAs(notes("one"));
        assertThat(batch).isNotEqualTo(notes("two"));
        assertThat(batch)
                .isNotEqualTo(
                        new ChangeBatch(
                                batch.schema(),
                                1,
                                batch.first(),
                                batch.last(),
                                null,
                                true,
                                true,
                                batch.recordBatch()));
        assertThat(batch).isNotEqualTo(batch.from(new Timeline(1, 2, new Lsn(3))));
    }

    @Test
    void countsItsRowsByOperation() {
        ChangeBatchBuilder builder = new ChangeBatchBuilder(NOTES, Unrepresentable.failing());
        builder.transaction(new Lsn(1), 0, 1);
        for (int i = 0; i < 3; i++) {
            builder.insert(i, tuple("1", "one"));
        }
        assertThat(builder.build().operations()).isEqualTo(new OpCounts(0, 3, 0, 0, 0));
        builder.delete(4, tuple("1", null));
        assertThat(builder.build().operations()).isEqualTo(new OpCounts(0, 0, 0, 1, 0));
        builder.truncate(5);
        for (int i = 0; i < 100; i++) {
            builder.insert(6, tuple("1", "one"));
            builder.update(7, (char) 0, null, tuple("1", "uno"));
            builder.update(8, 'K', tuple("1", null), tuple("2", "due"));
            builder.delete(9, tuple("2", null));
        }
        assertThat(builder.build().operations()).isEqualTo(new OpCounts(0, 100, 200, 100, 1));
        assertThat(notes("one").operations()).isEqualTo(new OpCounts(1, 0, 0, 0, 0));
    }

    @Test
    void printsWhatItIsWithoutValues() {
        assertThat(notes("secret").toString())
                .matches(
                        "ChangeBatch\\[public\\.notes, snapshot, 1 row, 0/10\\.\\.0/10, \\d+"
                                + " bytes]");
    }

    @Test
    void hasAtLeastOneRow() {
        ChangeBatch batch = notes("one");
        assertThatThrownBy(
                        () ->
                                new ChangeBatch(
                                        batch.schema(),
                                        0,
                                        batch.first(),
                                        batch.last(),
                                        null,
                                        true,
                                        false,
                                        batch.recordBatch()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one row");
    }

    @Test
    void releasesEverythingWhenItCannotBeOpened() {
        ChangeBatch batch = notes("one");
        try (RootAllocator allocator = new RootAllocator(64)) {
            assertThatThrownBy(() -> batch.open(allocator))
                    .isInstanceOf(OutOfMemoryException.class);
            assertThat(allocator.getAllocatedMemory()).isZero();
        }
        ChangeBatch damaged =
                new ChangeBatch(
                        ChangeSchema.of(EVERYTHING),
                        1,
                        batch.first(),
                        batch.last(),
                        null,
                        true,
                        false,
                        batch.recordBatch());
        try (RootAllocator allocator = new RootAllocator()) {
            assertThatThrownBy(() -> damaged.open(allocator)).isInstanceOf(RuntimeException.class);
            assertThat(allocator.getAllocatedMemory()).isZero();
        }
    }

    @Test
    void canBeOpenedManyTimes() {
        ChangeBatch batch = notes("one");
        try (RootAllocator allocator = new RootAllocator();
                VectorSchemaRoot first = batch.open(allocator);
                VectorSchemaRoot second = batch.open(allocator)) {
            assertThat(BatchText.arrowRows(first)).isEqualTo(BatchText.arrowRows(second));
            assertThat(first.getSchema()).isEqualTo(batch.schema().arrow());
        }
    }

    @Test
    void rowsStayValidAndEndWithAnException() {
        ChangeBatchBuilder builder = builder();
        builder.snapshotRow(new Lsn(16), tuple("1", "a"));
        builder.snapshotRow(new Lsn(16), tuple("2", "b"));
        Iterator<ChangeRow> rows = builder.build().rows().iterator();
        ChangeRow first = rows.next();
        ChangeRow second = rows.next();
        assertThat(after(first).stringValue(1)).isEqualTo("a");
        assertThat(after(second).value("note")).isEqualTo("b");
        assertThat(rows.hasNext()).isFalse();
        assertThatThrownBy(rows::next).isInstanceOf(NoSuchElementException.class);
    }

    private static RowImage after(ChangeRow row) {
        return Objects.requireNonNull(row.after());
    }

    private static ChangeBatch notes(String note) {
        ChangeBatchBuilder builder = builder();
        builder.snapshotRow(new Lsn(16), tuple("1", note));
        return builder.build();
    }

    private static ChangeBatchBuilder builder() {
        return new ChangeBatchBuilder(NOTES, Unrepresentable.failing());
    }
}
