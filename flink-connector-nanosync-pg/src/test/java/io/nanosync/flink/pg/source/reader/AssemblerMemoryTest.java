package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.testing.ChildJvm;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the stream's reader holds in memory, whatever the number and shape of its tables. */
final class AssemblerMemoryTest {

    private static final long FETCH_BYTES = 4 << 20;
    private static final int FETCH_ROWS = 10_000;

    /** A stream of messages, each a WAL byte behind the one before, taken whenever it is full. */
    private static final class Feed {
        private final ChangeAssembler assembler;
        private long lsn = 1000;
        private long rowsTaken;

        Feed(List<TableSchema> tables) {
            assembler =
                    new ChangeAssembler(
                            tables,
                            UnaryOperator.identity(),
                            StreamPosition.at(new Lsn(100)),
                            List.of(),
                            Unrepresentable.failing(),
                            new FetchLimits(FETCH_ROWS, FETCH_BYTES),
                            new FakeCatalog());
        }

        void send(ByteBuffer message) {
            assembler.message(message, new Lsn(lsn++));
            if (assembler.isFull()) {
                take();
            }
        }

        List<ChangeBatch> take() {
            List<ChangeBatch> batches = assembler.take();
            batches.forEach(batch -> rowsTaken += batch.rowCount());
            return batches;
        }
    }

    private static List<TableSchema> tables(int number) {
        return IntStream.rangeClosed(1, number)
                .mapToObj(oid -> SampleValues.table(oid, "t" + oid))
                .toList();
    }

    @Test
    void fiveHundredTablesTouchedInBulkFitIntoASmallHeap() throws Exception {
        ChildJvm.Outcome outcome = ChildJvm.run(Bulk.class, "256m");
        assertThat(outcome.output()).contains("10000000 rows of 500 tables");
        assertThat(outcome.exitCode()).isZero();
    }

    /** 20,000 rows into each of 500 tables, one table after the other. */
    static final class Bulk {

        private Bulk() {}

        public static void main(String[] arguments) {
            List<TableSchema> tables = tables(500);
            Feed feed = new Feed(tables);
            byte[] note = new byte[150];
            long afterTen = 0;
            for (TableSchema table : tables) {
                feed.send(Wal.begin(table.oid() * 1_000_000L, table.oid()));
                feed.send(Wal.relation(table));
                for (int i = 0; i < 20_000; i++) {
                    feed.send(Wal.insert(table.oid(), i, note));
                }
                feed.send(Wal.commit(table.oid() * 1_000_000L, table.oid() * 1_000_000L + 1));
                if (table.oid() == 10) {
                    afterTen = feed.assembler.builderBytes();
                }
            }
            feed.take();
            if (feed.assembler.builderBytes() > 1.2 * afterTen) {
                throw new AssertionError(
                        "Builders have grown from "
                                + afterTen
                                + " to "
                                + feed.assembler.builderBytes()
                                + " bytes");
            }
            System.out.println(feed.rowsTaken + " rows of " + tables.size() + " tables");
        }
    }

    @Test
    void tablesThatNeverChangeHaveNoBuilder() {
        Feed feed = new Feed(tables(10_000));
        feed.send(Wal.begin(5000, 7));
        assertThat(feed.assembler.builderBytes()).isZero();
        feed.send(Wal.relation(SampleValues.table(9_999, "t9999")));
        feed.send(Wal.insert(9_999, 1));
        assertThat(feed.assembler.builderBytes()).isBetween(1L, 100_000L);
    }

    /** A migration that writes one row into each of very many tables, over and over. */
    @Test
    void oneTransactionOverManyTablesStaysWithinTheBudgetToo() {
        List<TableSchema> tables = tables(5_000);
        Feed feed = new Feed(tables);
        feed.send(Wal.begin(5000, 7));
        tables.forEach(table -> feed.send(Wal.relation(table)));
        List<String> expected = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            for (TableSchema table : tables) {
                feed.assembler.message(Wal.insert(table.oid(), round), new Lsn(feed.lsn++));
                expected.add(table.name() + " " + round);
                assertThat(feed.assembler.builderBytes())
                        .isLessThan(new FetchLimits(FETCH_ROWS, FETCH_BYTES).builderBytes() * 2);
                if (feed.assembler.isFull()) {
                    addRows(feed.take(), found);
                }
            }
        }
        addRows(feed.take(), found);
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static void addRows(List<ChangeBatch> batches, List<String> rows) {
        for (ChangeBatch batch : batches) {
            for (ChangeRow row : batch.rows()) {
                assertThat(row.commitLsn()).isEqualTo(new Lsn(5000));
                rows.add(batch.table() + " " + row.after().value(0));
            }
        }
    }

    /**
     * A null takes one byte on the wire and 32 in the vector of a wide decimal: 4 MiB of the wire
     * would be 133 MiB of vectors, and as much again for the old rows.
     */
    @ParameterizedTest
    @EnumSource(names = {"DEFAULT", "FULL"})
    void nullsOfWideDecimalsCountAsWhatTheyTake(ReplicaIdentity identity) {
        TableSchema table =
                new TableSchema(
                        1,
                        new QualifiedName("public", "wide"),
                        identity,
                        IntStream.range(0, 1600)
                                .mapToObj(
                                        i ->
                                                new Column(
                                                        "c" + i,
                                                        PgType.base(1700, "numeric"),
                                                        (50 << 16 | 2) + 4,
                                                        "numeric(50,2)",
                                                        true,
                                                        identity == ReplicaIdentity.FULL))
                                .toList(),
                        List.of());
        Feed feed = new Feed(List.of(table));
        feed.send(Wal.begin(5000, 7));
        feed.send(Wal.relation(table));
        long largest = 0;
        for (int i = 0; i < 3000; i++) {
            feed.assembler.message(
                    i % 2 == 0 || identity == ReplicaIdentity.DEFAULT
                            ? Wal.insertOfNulls(1, 1600)
                            : Wal.deleteOfNulls(1, 'O', 1600),
                    new Lsn(feed.lsn++));
            if (feed.assembler.isFull()) {
                List<ChangeBatch> taken = feed.take();
                assertThat(taken).hasSize(1);
                largest = Math.max(largest, taken.get(0).recordBatch().length);
            }
        }
        long row = 1600 * 32 * 2;
        assertThat(largest).isBetween(FETCH_BYTES / 2, FETCH_BYTES + row);
        assertThat(feed.assembler.builderBytes()).isLessThan(4 * FETCH_BYTES);
    }
}
