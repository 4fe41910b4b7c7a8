package io.nanosync.flink.pg.typeinfo;

import static io.nanosync.flink.pg.columnar.TestTuples.tuple;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeBatchBuilder;
import io.nanosync.flink.pg.columnar.TestTables;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;

/** Batches for the tests of this package. */
final class TestBatches {

    private TestBatches() {}

    static ChangeBatch snapshot() {
        ChangeBatchBuilder builder = builder(TestTables.NOTES);
        builder.snapshotRow(new Lsn(-1), tuple("1", "Grüße"));
        builder.snapshotRow(new Lsn(-1), tuple("2", null));
        return builder.build();
    }

    static ChangeBatch changes() {
        ChangeBatchBuilder builder = builder(TestTables.NOTES);
        builder.transaction(new Lsn(1), 7, 5);
        builder.delete(1, tuple("1", null));
        builder.transaction(new Lsn(2), 8, 6);
        builder.truncate(1);
        return builder.build().endingTransaction();
    }

    static ChangeBatch ofAnotherTable() {
        ChangeBatchBuilder builder = builder(TestTables.EVERYTHING);
        builder.snapshotRow(new Lsn(3), tuple(new Object[16]));
        return builder.build();
    }

    private static ChangeBatchBuilder builder(TableSchema table) {
        return new ChangeBatchBuilder(table, Unrepresentable.failing());
    }
}
