package io.nanosync.flink.pg.columnar;

import static io.nanosync.flink.pg.columnar.TestTables.NOTES;
import static io.nanosync.flink.pg.columnar.TestTables.notes;
import static io.nanosync.flink.pg.columnar.TestTuples.UNCHANGED;
import static io.nanosync.flink.pg.columnar.TestTuples.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChangeBatchBuilderTest {

    private static final Lsn POINT = Lsn.parse("0/10");
    private static final Lsn COMMIT = Lsn.parse("16/B374D848");

    @Test
    void writesSnapshotRowsWithoutOldRowTimeAndXid() {
        ChangeBatchBuilder builder = builder(NOTES);
        builder.snapshotRow(POINT, tuple("1", "one"));
        builder.snapshotRow(POINT, tuple("2", null));
        ChangeBatch batch = builder.build();
        assertRows(
                batch,
                "r 0/10:0 @null xid=null none -> {id=1, note=one}",
                "r 0/10:0 @null xid=null none -> {id=2, note=null}");
        assertThat(batch.snapshot()).isTrue();
        assertThat(batch.first()).isEqualTo(POINT);
        assertThat(batch.last()).isEqualTo(POINT);
        assertThat(batch.table()).isEqualTo(NOTES.name());
    }

    /** A table of two prices, of which the first is its key. */
    private static TableSchema prices(ReplicaIdentity identity) {
        PgType numeric = PgType.base(1700, "numeric");
        int typmod = (4 << 16 | 2) + 4;
        boolean whole = identity == ReplicaIdentity.FULL;
        return new TableSchema(
                16384,
                new QualifiedName("public", "prices"),
                identity,
                List.of(
                        new Column("at", numeric, typmod, "numeric(4,2)", false, true),
                        new Column("price", numeric, typmod, "numeric(4,2)", true, whole)),
                List.of("at"));
    }

    @ParameterizedTest
    @EnumSource(
            value = ReplicaIdentity.class,
            names = {"DEFAULT", "INDEX", "FULL"})
    void writesNoNullIntoAKeyWhateverTheOptionSays(ReplicaIdentity identity) {
        Unrepresentable nulling = Unrepresentable.nulling();
        ChangeBatchBuilder builder = new ChangeBatchBuilder(prices(identity), nulling);
        builder.snapshotRow(POINT, tuple("1.00", "NaN"));
        assertThat(nulling.count()).isEqualTo(1);
        assertThatThrownBy(() -> builder.snapshotRow(POINT, tuple("NaN", "1.00")))
                .isInstanceOf(DecodeException.class)
                .hasMessageStartingWith(
                        "Cannot decode snapshot row for public.prices at LSN 0/10: column \"at\""
                                + " (numeric(4,2)): ")
                .hasMessageEndingWith(
                        ". The column identifies rows, so null can't stand for it whatever the"
                                + " option unrepresentable says. Give it another type, which takes"
                                + " a fresh snapshot: ALTER TABLE \"public\".\"prices\" ALTER"
                                + " COLUMN \"at\" TYPE text");
    }

    @Test
    void saysWhatToDoAboutAnUnrepresentableValue() {
        ChangeBatchBuilder builder =
                new ChangeBatchBuilder(prices(ReplicaIdentity.DEFAULT), Unrepresentable.failing());
        assertThatThrownBy(() -> builder.snapshotRow(POINT, tuple("1.00", "NaN")))
                .isInstanceOf(DecodeException.class)
                .hasMessageEndingWith(
                        ". Set the option unrepresentable to null to have null for such values, or"
                                + " give the column another type, which takes a fresh snapshot:"
                                + " ALTER TABLE \"public\".\"prices\" ALTER COLUMN \"price\""
                                + " TYPE text");
    }

    @Test
    void writesInsertUpdateDeleteAndTruncate() {
        ChangeBatchBuilder builder = builder(NOTES);
        builder.transaction(COMMIT, 7, -2);
        builder.insert(1, tuple("1", "one"));
        builder.update(2, (char) 0, null, tuple("1", "uno"));
        builder.update(3, 'K', tuple("1", null), tuple("2", "due"));
        builder.delete(4, tuple("2", null));
        builder.truncate(5);
        ChangeBatch batch = builder.build().endingTransaction();
        assertRows(
                batch,
                "i 16/B374D848:1 @7 xid=4294967294 none -> {id=1, note=one}",
                "u 16/B374D848:2 @7 xid=4294967294 none -> {id=1, note=uno}",
                "u 16/B374D848:3 @7 xid=4294967294 {id=1} -> {id=2, note=due}",
                "d 16/B374D848:4 @7 xid=4294967294 {id=2} -> none",
                "t 16/B374D848:5 @7 xid=4294967294 none -> none");
        assertThat(batch.snapshot()).isFalse();
        assertThat(batch.transactionEnd()).isTrue();
        assertThat(batch.rowCount()).isEqualTo(5);
    }

    @Test
    void keepsTransactionsApart() {
        ChangeBatchBuilder builder = builder(NOTES);
        builder.transaction(new Lsn(1), 10, 100);
        builder.transaction(new Lsn(2), 20, 200);
        builder.insert(1, tuple("1", "a"));
        builder.transaction(new Lsn(3), 30, 300);
        builder.insert(1, tuple("2", "b"));
        builder.insert(2, tuple("3", "c"));
        ChangeBatch batch = builder.build();
        assertRows(
                batch,
                "i 0/2:1 @20 xid=200 none -> {id=1, note=a}",
                "i 0/3:1 @30 xid=300 none -> {id=2, note=b}",
                "i 0/3:2 @30 xid=300 none -> {id=3, note=c}");
        assertThat(batch.first()).isEqualTo(new Lsn(2));
        assertThat(batch.last()).isEqualTo(new Lsn(3));
    }

    @Test
    void goesOnWithTheTransactionInTheNextBatch() {
        ChangeBatchBuilder builder = builder(NOTES);
        builder.transaction(new Lsn(1), 10, 100);
        builder.insert(1, tuple("1", "a"));
        builder.delete(2, tuple("1", null));
        builder.build();
        assertThat(builder.rows()).isZero();
        builder.insert(3, tuple("2", "b"));
        assertRows(builder.build(), "i 0/1:3 @10 xid=100 none -> {id=2, note=b}");
    }

    @Test
    void listsUnchangedColumnsThatHaveNoValue() {
        ChangeBatchBuilder builder = builder(NOTES);
        builder.transaction(POINT, 7, 5);
        builder.insert(1, tuple("1", "one"));
        builder.update(2, (char) 0, null, tuple("1", UNCHANGED));
        builder.update(3, 'K', tuple("1", null), tuple("2", UNCHANGED));
        builder.update(4, (char) 0, null, tuple("1", null));
        assertRows(
                builder.build(),
                "i 0/10:1 @7 xid=5 none -> {id=1, note=one}",
                "u 0/10:2 @7 xid=5 none -> {id=1, note=null} [1]",
                "u 0/10:3 @7 xid=5 {id=1} -> {id=2, note=null} [1]",
                "u 0/10:4 @7 xid=5 none -> {id=1, note=null}");
    }

    @Test
    void takesUnchangedValuesFromAWholeOldRow() {
        ChangeBatchBuilder builder = builder(notes(ReplicaIdentity.FULL));
        builder.transaction(POINT, 7, 5);
        builder.update(1, 'O', tuple("1", "long"), tuple("2", UNCHANGED));
        assertRows(builder.build(), "u 0/10:1 @7 xid=5 {id=1, note=long} -> {id=2, note=long}");
    }

    @Test
    void takesUnchangedKeyColumnsFromTheOldKey() {
        ChangeBatchBuilder builder = builder(NOTES);
        builder.transaction(POINT, 7, 5);
        builder.update(1, 'K', tuple("1", null), tuple(UNCHANGED, "x"));
        assertRows(builder.build(), "u 0/10:1 @7 xid=5 {id=1} -> {id=1, note=x}");
    }

    @Test
    void hasAnEmptyBeforeWithoutReplicaIdentity() {
        ChangeBatchBuilder builder = builder(notes(ReplicaIdentity.NOTHING));
        builder.transaction(POINT, 7, 5);
        builder.insert(1, tuple("1", "x"));
        assertRows(builder.build(), "i 0/10:1 @7 xid=5 none -> {id=1, note=x}");
    }

    @Test
    void marksTheRestartOfASnapshot() {
        ChangeBatchBuilder builder = builder(NOTES);
        builder.snapshotRestart(POINT);
        ChangeBatch batch = builder.build();
        assertRows(batch, "t 0/10:-1 @null xid=null none -> none");
        assertThat(batch.snapshot()).isTrue();
    }

    @Test
    void readsColumnsWhereTheRelationHasThem() {
        ChangeBatchBuilder builder = builder(NOTES);
        builder.columnIndexes(new int[] {2, 0});
        builder.transaction(POINT, 7, 5);
        builder.update(1, 'K', tuple(null, null, "1"), tuple("x", "dropped", "2"));
        assertRows(builder.build(), "u 0/10:1 @7 xid=5 {id=1} -> {id=2, note=x}");
    }

    /** Of a table of which no column is wanted, and that has no key. */
    @Test
    void writesRowsWithoutAColumn() {
        ChangeBatchBuilder builder =
                builder(
                        new TableSchema(
                                16384,
                                new QualifiedName("public", "log"),
                                ReplicaIdentity.FULL,
                                List.of(),
                                List.of()));
        builder.snapshotRow(POINT, tuple("not read"));
        assertRows(builder.build(), "r 0/10:0 @null xid=null none -> {}");
        builder.transaction(POINT, 7, 5);
        builder.update(1, 'O', tuple("not read"), tuple(UNCHANGED));
        builder.delete(2, tuple("not read"));
        assertRows(builder.build(), "u 0/10:1 @7 xid=5 {} -> {}", "d 0/10:2 @7 xid=5 {} -> none");
    }

    @Test
    void fillsGapsInBeforeAcrossManyRows() {
        ChangeBatchBuilder builder = builder(NOTES);
        builder.transaction(POINT, 7, 5);
        for (int i = 1; i <= 5000; i++) {
            String id = Integer.toString(i);
            if (i % 1700 == 0) {
                builder.delete(i, tuple(id, null));
            } else if (i % 1300 == 0) {
                builder.update(i, (char) 0, null, tuple(id, UNCHANGED));
            } else {
                builder.insert(i, tuple(id, "n" + id));
            }
        }
        ChangeBatch batch = builder.build();
        List<String> rows = BatchText.rows(batch);
        assertThat(rows).hasSize(5000).isEqualTo(BatchText.opened(batch));
        assertThat(rows.get(1699)).endsWith("{id=1700} -> none");
        assertThat(rows.get(1299)).endsWith("{id=1300, note=null} [1]");
        assertThat(rows.get(4999)).endsWith("none -> {id=5000, note=n5000}");
    }

    @Test
    void countsRowsAndAboutAsManyBytesAsTheBatchTakes() {
        ChangeBatchBuilder builder = builder(NOTES);
        assertThat(builder.bytes()).isZero();
        for (int i = 0; i < 2000; i++) {
            builder.snapshotRow(POINT, tuple(Integer.toString(i), "some text of some length"));
        }
        assertThat(builder.rows()).isEqualTo(2000);
        long bytes = builder.bytes();
        int encoded = builder.build().recordBatch().length;
        assertThat((double) bytes).isBetween(encoded * 0.9, encoded * 1.1);
        assertThat(builder.bytes()).isZero();
    }

    @Test
    void saysWhereAValueCannotBeDecodedAndNotTheValue() {
        ChangeBatchBuilder builder = builder(NOTES);
        builder.transaction(COMMIT, 7, 5);
        assertThatThrownBy(() -> builder.insert(1, tuple(new byte[] {1, 2, 3}, "secret")))
                .isInstanceOf(DecodeException.class)
                .hasMessageStartingWith(
                        "Cannot decode Insert for public.notes at LSN 16/B374D848: column \"id\""
                                + " (bigint): ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void saysWhenATupleHasTooFewColumns() {
        ChangeBatchBuilder builder = builder(NOTES);
        assertThatThrownBy(() -> builder.snapshotRow(POINT, tuple("1")))
                .isInstanceOf(DecodeException.class)
                .hasMessage(
                        "Cannot decode snapshot row for public.notes at LSN 0/10: the tuple has 1"
                                + " columns; expected at least 2");
    }

    @Test
    void refusesAnOldRowWithoutTheValueOfAKeyColumn() {
        ChangeBatchBuilder builder = builder(NOTES);
        builder.transaction(COMMIT, 7, 5);
        assertThatThrownBy(() -> builder.delete(1, tuple(UNCHANGED, null)))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("Cannot decode Delete for public.notes")
                .hasMessageContaining("unchanged TOAST");
    }

    @Test
    void refusesMixedBatchesEmptyBatchesAndChangesBeforeBegin() {
        ChangeBatchBuilder empty = builder(NOTES);
        assertThatThrownBy(() -> empty.build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("at least one row");
        assertThatThrownBy(() -> empty.insert(1, tuple("1", "x")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("before its transaction's Begin");
        ChangeBatchBuilder mixed = builder(NOTES);
        mixed.snapshotRow(POINT, tuple("1", "x"));
        mixed.transaction(COMMIT, 7, 5);
        assertThatThrownBy(() -> mixed.insert(1, tuple("1", "x")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must not be mixed");
    }

    private static ChangeBatchBuilder builder(TableSchema table) {
        return new ChangeBatchBuilder(table, Unrepresentable.failing());
    }

    private static void assertRows(ChangeBatch batch, String... expected) {
        assertThat(BatchText.rows(batch)).containsExactly(expected);
        assertThat(BatchText.opened(batch)).containsExactly(expected);
        assertThat(BatchText.streamed(batch)).containsExactly(expected);
        assertThat(batch.rowCount()).isEqualTo(expected.length);
    }
}
