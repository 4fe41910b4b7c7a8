package io.nanosync.flink.pg.source.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.columnar.RowImage;
import io.nanosync.flink.pg.columnar.decoder.Unrepresentable;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.drift.Drift;
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.source.SampleValues;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.StreamPosition.Numbering;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;

/** What becomes of a stream's messages, and of a resend after a restore, without any server. */
final class ChangeAssemblerTest {

    private static final int A = 1;
    private static final int B = 2;
    private static final int FOREIGN = 9;
    private static final int OTHER_LEAF = 10;

    private final FakeCatalog catalog = new FakeCatalog();
    private ChangeAssembler assembler = at(StreamPosition.at(new Lsn(100)));
    private long lsn = 1000;

    private ChangeAssembler at(StreamPosition position, SnapshotBoundary... boundaries) {
        return reading(UnaryOperator.identity(), position, boundaries);
    }

    private ChangeAssembler reading(
            UnaryOperator<TableSchema> read,
            StreamPosition position,
            SnapshotBoundary... boundaries) {
        return new ChangeAssembler(
                List.of(SampleValues.table(A, "a"), SampleValues.table(B, "b")),
                read,
                position,
                List.of(boundaries),
                Unrepresentable.failing(),
                new FetchLimits(1000, 1 << 20),
                catalog);
    }

    /** Sends messages one WAL byte apart. */
    private void send(ByteBuffer... messages) {
        for (ByteBuffer message : messages) {
            assembler.message(message, new Lsn(lsn++));
        }
    }

    private static ByteBuffer relationA() {
        return Wal.relation(A, "a", "id", "note");
    }

    private static ByteBuffer relationB() {
        return Wal.relation(B, "b", "id", "note");
    }

    private static List<String> rows(List<ChangeBatch> batches) {
        List<String> rows = new ArrayList<>();
        for (ChangeBatch batch : batches) {
            for (ChangeRow row : batch.rows()) {
                RowImage image = row.after() == null ? row.before() : row.after();
                rows.add(
                        batch.table().name()
                                + " "
                                + row.op().code()
                                + (image == null ? "" : image.value(0))
                                + " #"
                                + row.ordinal());
            }
        }
        return rows;
    }

    @Test
    void collectsRowsByTableAndCountsThemThroughTheTransaction() {
        send(
                Wal.begin(500, 7),
                relationA(),
                Wal.insert(A, 1),
                relationB(),
                Wal.insert(B, 2),
                Wal.delete(A, 3));
        send(Wal.commit(500, 600));
        assertThat(rows(assembler.take())).containsExactly("a i1 #1", "a d3 #3", "b i2 #2");
        assertThat(assembler.position()).isEqualTo(StreamPosition.at(new Lsn(600)));
        assertThat(assembler.rows()).isZero();
    }

    /** A transaction of which so many changes were taken, the last one alone at its LSN. */
    private static PartialTransaction partial(long changes, long lastLsn, char lastOperation) {
        return partial(changes, lastLsn, lastOperation, 1, Numbering.AT_LSN);
    }

    private static PartialTransaction partial(
            long changes, long lastLsn, char lastOperation, long number, Numbering numbering) {
        return new PartialTransaction(
                new Lsn(500), 7, changes, new Lsn(lastLsn), A, lastOperation, number, numbering);
    }

    @Test
    void positionWithinATransactionNamesItsLastChange() {
        send(Wal.begin(500, 7), relationA(), Wal.insert(A, 1), Wal.delete(A, 2));
        assertThat(assembler.position())
                .isEqualTo(new StreamPosition(new Lsn(100), partial(2, 1003, 'D')));
    }

    /** By its id, not by its place: what was shown later may stand earlier in the WAL. */
    @Test
    void whatTheSnapshotShowsIsLeftOut() {
        SnapshotBoundary boundary =
                new SnapshotBoundary(List.of(A), 7, 10, List.of(8L), new Lsn(700));
        assembler = at(StreamPosition.at(new Lsn(100)), boundary);
        send(Wal.begin(500, 8), relationA(), Wal.insert(A, 1), Wal.commit(500, 510));
        send(Wal.begin(520, 9), Wal.insert(A, 2), relationB(), Wal.insert(B, 3), Wal.delete(A, 4));
        assertThat(assembler.position().partial())
                .as("what is left out doesn't count")
                .extracting(PartialTransaction::changes, PartialTransaction::lastRelation)
                .containsExactly(1L, B);
        send(Wal.commit(520, 530));
        send(Wal.begin(540, 10), Wal.insert(A, 5), Wal.commit(540, 550));
        // An id that comes again, two thousand million transactions later, is another one.
        send(Wal.begin(700, 9), Wal.insert(A, 6), Wal.commit(700, 710));
        assertThat(rows(assembler.take()))
                .containsExactly("a i1 #1", "a i5 #1", "a i6 #1", "b i3 #1");
    }

    /** The stream of a table that was added later begins long before its snapshot. */
    @Test
    void whatATableWasBeforeItsSnapshotDoesNotMatter() {
        SnapshotBoundary boundary = new SnapshotBoundary(List.of(A), 9, 9, List.of(), new Lsn(700));
        assembler = at(StreamPosition.at(new Lsn(100)), boundary);
        send(Wal.begin(500, 7), Wal.relation(A, "a", "id"), Wal.insert(A, 1));
        // Another table had its name.
        send(Wal.relation(FOREIGN, "a", "id"), Wal.insert(FOREIGN, 1), Wal.commit(500, 510));
        send(Wal.begin(520, 8), relationA(), Wal.insert(A, 2), Wal.commit(520, 530));
        // It isn't described again.
        send(Wal.begin(540, 9), Wal.insert(A, 3), Wal.commit(540, 550));
        assertThat(rows(assembler.take())).containsExactly("a i3 #1");
    }

    /** Before 15 the connection remembers what wasn't published in front of the snapshot. */
    @Test
    void streamIsReadFromANewConnectionBehindASnapshot() {
        catalog.before15();
        SnapshotBoundary boundary = new SnapshotBoundary(List.of(A), 8, 9, List.of(), new Lsn(700));
        assembler = at(StreamPosition.at(new Lsn(100)), boundary);
        send(Wal.begin(500, 7), relationA(), Wal.insert(A, 1), Wal.commit(500, 510));
        assertThatThrownBy(() -> send(Wal.begin(520, 9)))
                .isInstanceOf(PassedSnapshotException.class);
        assertThat(assembler.position()).isEqualTo(StreamPosition.at(new Lsn(510)));
        assembler.reconnect();
        send(Wal.begin(520, 9), relationA(), Wal.insert(A, 2), Wal.commit(520, 530));
        send(Wal.begin(540, 7), relationB(), Wal.insert(B, 3), Wal.commit(540, 550));
        send(Wal.begin(710, 10), Wal.insert(A, 4), Wal.commit(710, 720));
        assertThat(rows(assembler.take())).containsExactly("a i2 #1", "a i4 #1", "b i3 #1");
    }

    /** On a connection that begins behind it nothing is remembered. */
    @Test
    void connectionThatBeginsBehindASnapshotIsKept() {
        catalog.before15();
        SnapshotBoundary boundary = new SnapshotBoundary(List.of(A), 8, 9, List.of(), new Lsn(700));
        assembler = at(StreamPosition.at(new Lsn(100)), boundary);
        send(Wal.begin(520, 9), relationA(), Wal.insert(A, 2), Wal.commit(520, 530));
        send(Wal.begin(540, 10), Wal.insert(A, 3), Wal.commit(540, 550));
        assertThat(rows(assembler.take())).containsExactly("a i2 #1", "a i3 #1");
    }

    @Test
    void descriptionBeforeTheSnapshotThatStillHoldsIsCompared() {
        SnapshotBoundary boundary = new SnapshotBoundary(List.of(A), 9, 9, List.of(), new Lsn(700));
        assembler = at(StreamPosition.at(new Lsn(100)), boundary);
        send(Wal.begin(500, 7), Wal.relation(A, "a", "id"), Wal.insert(A, 1));
        send(Wal.commit(500, 510), Wal.begin(540, 9));
        assertThatThrownBy(() -> send(Wal.insert(A, 3))).isInstanceOf(DriftException.class);
    }

    @Test
    void truncateThatTheSnapshotShowsIsLeftOutOfItsTablesOnly() {
        SnapshotBoundary boundary =
                new SnapshotBoundary(List.of(A), 7, 10, List.of(), new Lsn(700));
        assembler = at(StreamPosition.at(new Lsn(100)), boundary);
        send(Wal.begin(500, 9), relationA(), relationB(), Wal.truncate(A, B), Wal.commit(500, 510));
        assertThat(rows(assembler.take())).containsExactly("b t #1");
    }

    @Test
    void resendIsSkippedUpToWhatWasTaken() {
        send(Wal.begin(500, 7), relationA(), Wal.insert(A, 1), Wal.insert(A, 2));
        StreamPosition taken = assembler.position();
        assembler.take();

        assembler = at(taken);
        lsn = 1000;
        send(Wal.begin(500, 7), relationA(), Wal.insert(A, 1));
        assertThat(assembler.position()).isEqualTo(taken);
        send(Wal.insert(A, 2));
        assertThat(assembler.position()).isEqualTo(taken);
        assertThat(assembler.rows()).isZero();
        assertThat(assembler.bytes()).as("a skipped resend fills no batch").isZero();
        send(Wal.insert(A, 3), Wal.commit(500, 600), Wal.begin(700, 8), Wal.insert(A, 4));
        assertThat(rows(assembler.take())).containsExactly("a i3 #3", "a i4 #1");
    }

    @Test
    void reconnectResendsFromThePositionReached() {
        send(Wal.begin(500, 7), relationA(), Wal.insert(A, 1));
        assembler.reconnect();
        lsn = 1000;
        send(
                Wal.begin(500, 7),
                relationA(),
                Wal.insert(A, 1),
                Wal.insert(A, 2),
                Wal.commit(500, 600));
        assertThat(rows(assembler.take())).containsExactly("a i1 #1", "a i2 #2");
    }

    @Test
    void resendOfAnotherTransactionIsRefused() {
        assembler = at(new StreamPosition(new Lsn(100), partial(1, 1, 'I')));
        assertThatThrownBy(() -> send(Wal.begin(501, 7)))
                .isInstanceOf(PipelineFailedException.class)
                .hasMessageContaining(
                        "transaction 7 committed at LSN 0/1F4 was to come again, 7 at LSN 0/1F5"
                                + " came");
    }

    @Test
    void resendWithAnotherLastChangeIsRefused() {
        assembler = at(new StreamPosition(new Lsn(100), partial(1, 1002, 'I')));
        assertThatThrownBy(() -> send(Wal.begin(500, 7), relationA(), Wal.delete(A, 1)))
                .isInstanceOf(PipelineFailedException.class)
                .hasMessageContaining(
                        "at LSN 0/3EA transaction 7 had I of relation 1, it came again with D of"
                                + " relation 1");
    }

    private void sendAt(long at, ByteBuffer message) {
        assembler.message(message, new Lsn(at));
    }

    /**
     * Rows of one COPY share their LSN. Before 15 a connection that has sent changes of a partition
     * goes on to send them when it is detached, and the next connection doesn't.
     */
    @Test
    void resendWithoutChangesOfADetachedPartitionLosesNoOther() {
        send(Wal.begin(500, 7), relationA(), Wal.relation(OTHER_LEAF, "p", "id", "note"));
        for (int i = 0; i < 3; i++) {
            sendAt(2000 + i, Wal.insert(A, i));
        }
        send(relationA(), Wal.relation(FOREIGN, "q", "id", "note"));
        for (int i = 0; i < 5; i++) {
            sendAt(3000, Wal.insert(A, 100 + i));
        }
        assertThat(assembler.take()).singleElement().extracting(ChangeBatch::rowCount).isEqualTo(8);
        assertThat(assembler.position().partial())
                .isEqualTo(partial(8, 3000, 'I', 5, Numbering.AT_LSN));

        assembler.reconnect();
        send(Wal.begin(500, 7), relationA(), Wal.relation(FOREIGN, "q", "id", "note"));
        for (int i = 0; i < 10; i++) {
            sendAt(3000, Wal.insert(A, 100 + i));
        }
        sendAt(3001, Wal.insert(A, 110));
        send(Wal.commit(500, 4000));
        assertThat(rows(assembler.take()))
                .containsExactly(
                        "a i105 #9",
                        "a i106 #10",
                        "a i107 #11",
                        "a i108 #12",
                        "a i109 #13",
                        "a i110 #14");
    }

    /** It is the next change all the same. */
    @Test
    void resendThatLacksTheLastChangeGoesOnBehindIt() {
        assembler = at(new StreamPosition(new Lsn(100), partial(2, 2000, 'I')));
        send(Wal.begin(500, 7), relationA());
        sendAt(1999, Wal.insert(A, 1));
        sendAt(2001, Wal.insert(A, 3));
        assertThat(rows(assembler.take())).containsExactly("a i3 #3");
        assertThat(assembler.position().partial()).isEqualTo(partial(3, 2001, 'I'));
    }

    @Test
    void resendThatBringsNothingMoreIsPassed() {
        assembler = at(new StreamPosition(new Lsn(100), partial(2, 2000, 'I')));
        send(Wal.begin(500, 7), Wal.commit(500, 600), Wal.begin(700, 8), relationA());
        send(Wal.insert(A, 3), Wal.commit(700, 800));
        assertThat(rows(assembler.take())).containsExactly("a i3 #1");
    }

    /** All that is skipped rests on that order. */
    @Test
    void changesThatComeInAnotherOrderAreRefused() {
        send(Wal.begin(500, 7), relationA());
        sendAt(2000, Wal.insert(A, 1));
        assertThatThrownBy(() -> sendAt(1999, Wal.insert(A, 2)))
                .isInstanceOf(PipelineFailedException.class)
                .hasMessageContaining("a change at LSN 0/7CF came behind one at LSN 0/7D0");
    }

    @Test
    void truncateOfSeveralTablesIsSkippedWhole() {
        send(Wal.begin(500, 7), relationA(), relationB(), Wal.truncate(A, B));
        StreamPosition taken = assembler.position();
        assembler.take();
        assembler = at(taken);
        lsn = 1000;
        send(Wal.begin(500, 7), relationA(), relationB(), Wal.truncate(A, B), Wal.insert(A, 1));
        assertThat(rows(assembler.take())).containsExactly("a i1 #3");
    }

    @Test
    void tablesThatAreNotCapturedLeaveNoRowAndDoNotCount() {
        send(
                Wal.begin(500, 7),
                Wal.relation(FOREIGN, "other", "id", "note"),
                Wal.insert(FOREIGN, 1),
                relationA(),
                Wal.insert(A, 2));
        assertThat(rows(assembler.take())).containsExactly("a i2 #1");
    }

    /** How many come goes by what other transactions have left in the server's cache. */
    @Test
    void resendMayHaveOtherChangesOfTablesThatAreNotCaptured() {
        assembler = at(new StreamPosition(new Lsn(100), partial(1, 1004, 'I')));
        send(
                Wal.begin(500, 7),
                Wal.relation(FOREIGN, "other", "id", "note"),
                Wal.insert(FOREIGN, 1),
                relationA(),
                Wal.insert(A, 2),
                Wal.insert(FOREIGN, 3),
                Wal.insert(A, 4));
        assertThat(rows(assembler.take())).containsExactly("a i4 #2");
        assertThat(assembler.position().partial()).isEqualTo(partial(2, 1006, 'I'));
    }

    /** State of a transaction that was taken in part doesn't say of what when it is an old one. */
    @Test
    void oldStateCountsWhatIsNotCapturedToo() {
        assembler =
                at(
                        new StreamPosition(
                                new Lsn(100), partial(2, 1004, 'I', 2, Numbering.OF_TRANSACTION)));
        send(
                Wal.begin(500, 7),
                Wal.relation(FOREIGN, "other", "id", "note"),
                Wal.insert(FOREIGN, 1),
                relationA(),
                Wal.insert(A, 2),
                Wal.insert(FOREIGN, 3),
                Wal.insert(A, 4));
        assertThat(rows(assembler.take())).containsExactly("a i4 #3");
        assertThat(assembler.position().partial()).isEqualTo(partial(3, 1006, 'I'));
    }

    /** Version 5 says how many of each table were taken. */
    @Test
    void oldStateCountsWhatIsOfOneTable() {
        assembler =
                at(new StreamPosition(new Lsn(100), partial(4, 3000, 'I', 3, Numbering.OF_TABLE)));
        send(Wal.begin(500, 7), relationA());
        sendAt(2000, Wal.insert(A, 1));
        send(relationB());
        sendAt(2001, Wal.insert(B, 2));
        for (int i = 3; i < 6; i++) {
            sendAt(3000, Wal.insert(A, i));
        }
        assertThat(rows(assembler.take())).containsExactly("a i5 #5");
        assertThat(assembler.position().partial())
                .isEqualTo(partial(5, 3000, 'I', 3, Numbering.AT_LSN));
    }

    @Test
    void truncateStandsAloneInOrder() {
        send(
                Wal.begin(500, 7),
                relationA(),
                Wal.insert(A, 1),
                relationB(),
                Wal.truncate(A, B, FOREIGN),
                Wal.insert(A, 2));
        List<ChangeBatch> batches = assembler.take();
        assertThat(rows(batches)).containsExactly("a i1 #1", "a t #2", "b t #3", "a i2 #4");
        assertThat(batches).hasSize(4);
    }

    @Test
    void serversWalEndMovesAnIdlePositionOnly() {
        assembler.idleUpTo(new Lsn(150));
        assertThat(assembler.position()).isEqualTo(StreamPosition.at(new Lsn(150)));
        assembler.idleUpTo(new Lsn(120));
        assertThat(assembler.position()).isEqualTo(StreamPosition.at(new Lsn(150)));
        send(Wal.begin(500, 7));
        assembler.idleUpTo(new Lsn(900));
        assertThat(assembler.position()).isEqualTo(StreamPosition.at(new Lsn(150)));
    }

    @Test
    void serversWalEndDoesNotPassATransactionThatWasTakenInPart() {
        StreamPosition partly = new StreamPosition(new Lsn(100), partial(1, 1, 'I'));
        assembler = at(partly);
        assembler.idleUpTo(new Lsn(400));
        assertThat(assembler.position()).isEqualTo(partly);
    }

    /** It comes again before the server gets past it, else something is wrong with the slot. */
    @Test
    void transactionThatDoesNotComeAgainIsRefused() {
        PartialTransaction taken = partial(1, 1, 'I');
        assembler = at(new StreamPosition(new Lsn(100), taken));
        assembler.idleUpTo(taken.commitLsn());
        assertThatThrownBy(() -> assembler.idleUpTo(new Lsn(taken.commitLsn().value() + 1)))
                .isInstanceOf(PipelineFailedException.class)
                .hasMessageContaining("of which 1 changes were taken, didn't come");
    }

    private Drift drift(ByteBuffer... messages) {
        return assertThatExceptionOfType(DriftException.class)
                .isThrownBy(() -> send(messages))
                .actual()
                .drift();
    }

    /** The table with another column in the place of one. */
    private static TableSchema altered() {
        TableSchema former = SampleValues.table(A, "a");
        return new TableSchema(
                A,
                former.name(),
                former.identity(),
                List.of(
                        former.columns().get(0),
                        new Column("remark", SampleValues.TEXT, -1, "text", true, false)),
                former.primaryKey());
    }

    private static ByteBuffer alteredA() {
        return Wal.relation(A, "a", "id", "remark");
    }

    @Test
    void standsInFrontOfTheFirstChangeUnderAnotherSchema() {
        send(Wal.begin(500, 7), relationA(), Wal.insert(A, 1), Wal.commit(500, 510));
        send(Wal.begin(520, 8), relationB(), Wal.insert(B, 2));
        StreamPosition before = assembler.position();
        // A description alone is nothing that was changed.
        send(alteredA());
        Drift drift = drift(Wal.insert(A, 3));
        assertThat(drift.table()).isEqualTo(new QualifiedName("public", "a"));
        assertThat(drift.lsn()).isEqualTo(new Lsn(lsn - 1));
        assertThat(assembler.position()).isEqualTo(before);
        assertThat(rows(assembler.take())).containsExactly("a i1 #1", "b i2 #1");
    }

    @Test
    void goesOnUnderTheAcceptedSchemaInTheMidstOfATransaction() {
        send(Wal.begin(500, 7), relationA(), Wal.insert(A, 1), alteredA());
        Drift first = drift(Wal.insert(A, 2));
        assembler.take();
        assembler.accept(altered());
        lsn = 1000;
        // The resend describes the first change as it was then.
        send(Wal.begin(500, 7), relationA(), Wal.insert(A, 1), alteredA(), Wal.insert(A, 2));
        send(Wal.commit(500, 510));
        List<ChangeBatch> batches = assembler.take();
        assertThat(rows(batches)).containsExactly("a i2 #2");
        assertThat(batches.get(0).schema().arrow().findField("after").getChildren())
                .extracting(Field::getName)
                .containsExactly("id", "remark");
        // Back again it is another drift than there and back.
        Drift back = drift(Wal.begin(520, 8), relationA(), Wal.insert(A, 3));
        assertThat(back.id()).isNotEqualTo(first.id());
    }

    @Test
    void readsTheColumnsThatAreWantedOfAllThatAreCompared() {
        assembler = reading(table -> table.reading(List.of()), StreamPosition.at(new Lsn(100)));
        send(Wal.begin(500, 7), relationA(), Wal.insert(A, 1), Wal.delete(A, 2));
        List<ChangeBatch> batches = assembler.take();
        assertThat(rows(batches)).containsExactly("a i1 #1", "a d2 #2");
        assertThat(batches.get(0).schema().arrow().findField("after").getChildren())
                .extracting(Field::getName)
                .containsExactly("id");
        send(alteredA());
        assertThat(drift(Wal.insert(A, 3)).table()).isEqualTo(new QualifiedName("public", "a"));
        assembler.accept(altered());
        lsn = 1000;
        send(Wal.begin(500, 7), relationA(), Wal.insert(A, 1), Wal.delete(A, 2));
        send(alteredA(), Wal.insert(A, 3), Wal.commit(500, 510));
        List<ChangeBatch> behind = assembler.take();
        assertThat(rows(behind)).containsExactly("a i3 #3");
        assertThat(behind.get(0).schema()).isEqualTo(batches.get(0).schema());
    }

    @Test
    void driftIsTheSameEachTimeItIsMet() {
        Drift drift = drift(Wal.begin(500, 7), alteredA(), Wal.insert(A, 1));
        assembler.reconnect();
        lsn = 1000;
        assertThat(drift(Wal.begin(500, 7), alteredA(), Wal.insert(A, 1)).id())
                .isEqualTo(drift.id());
        assembler.reconnect();
        assertThat(drift(Wal.begin(500, 7), alteredA(), Wal.insert(A, 1)).id())
                .as("elsewhere")
                .isNotEqualTo(drift.id());
    }

    @Test
    void truncateOfOneTableIsTakenInFrontOfTheOtherOnesDrift() {
        send(Wal.begin(500, 7), relationB(), alteredA());
        drift(Wal.truncate(B, A));
        assertThat(rows(assembler.take())).containsExactly("b t #1");
        assembler.accept(altered());
        lsn = 1000;
        send(Wal.begin(500, 7), relationB(), alteredA(), Wal.truncate(B, A), Wal.commit(500, 510));
        assertThat(rows(assembler.take())).containsExactly("a t #2");
    }

    /** Which of its tables count isn't the same each time. */
    @Test
    void truncateGoesOnBehindItsLastTableThoughThatIsReadAgainMeanwhile() {
        send(Wal.begin(500, 7), relationB(), alteredA());
        Drift met = drift(Wal.truncate(B, A));
        StreamPosition position = assembler.position();
        assembler = at(position, new SnapshotBoundary(List.of(B), 9, 9, List.of(), new Lsn(700)));
        lsn = 1000;
        send(Wal.begin(500, 7), relationB(), alteredA());
        assertThat(drift(Wal.truncate(B, A)).id()).isEqualTo(met.id());
        assembler.accept(altered());
        lsn = 1000;
        send(Wal.begin(500, 7), relationB(), alteredA(), Wal.truncate(B, A), Wal.commit(500, 510));
        assertThat(rows(assembler.take())).containsExactly("a t #2");
    }

    @Test
    void truncateThatComesAgainWithoutItsLastTableIsRefused() {
        send(Wal.begin(500, 7), relationB(), alteredA());
        drift(Wal.truncate(B, A));
        assembler = at(assembler.position());
        lsn = 1000;
        send(Wal.begin(500, 7), relationB(), alteredA());
        assertThatThrownBy(() -> send(Wal.truncate(A)))
                .isInstanceOf(PipelineFailedException.class)
                .hasMessageContaining("it came again with T of other relations");
    }

    @Test
    void acceptedNameIsTheTablesOwn() {
        send(Wal.begin(500, 7), Wal.relation(A, "other", "id", "note"));
        drift(Wal.insert(A, 1));
        TableSchema renamed = SampleValues.table(A, "other");
        assembler.accept(renamed);
        send(Wal.begin(500, 7), Wal.relation(A, "other", "id", "note"), Wal.insert(A, 1));
        // Nobody is captured under the former name.
        send(Wal.relation(FOREIGN, "a", "id"), Wal.insert(FOREIGN, 1), Wal.commit(500, 510));
        assertThat(rows(assembler.take())).containsExactly("other i1 #1");
        send(Wal.begin(520, 8));
        assertThatThrownBy(() -> send(Wal.relation(FOREIGN, "other", "id")))
                .isInstanceOf(PipelineFailedException.class);
    }

    @Test
    void anotherTableUnderACapturedNameIsRefused() {
        send(Wal.begin(500, 7), relationA());
        assertThatThrownBy(() -> send(Wal.relation(FOREIGN, "b", "id", "note")))
                .isInstanceOf(PipelineFailedException.class)
                .hasMessageContaining(
                        "is of table public.b with OID 9, and that name is captured under OID 2");
    }

    @Test
    void tableThatIsNotCapturedIsGivenToBeLookedUpWheneverItIsDescribed() {
        catalog.before15();
        send(Wal.begin(500, 7), Wal.relation(FOREIGN, "other", "id"), Wal.insert(FOREIGN, 1));
        assertThat(assembler.takeStranger()).isNotNull();
        send(Wal.insert(FOREIGN, 2));
        assertThat(assembler.takeStranger()).isNull();
        send(Wal.relation(FOREIGN, "other", "id"), Wal.insert(FOREIGN, 3));
        assertThat(assembler.takeStranger()).isNotNull();
    }

    @Test
    void from15OnNoTableHasToBeLookedUp() {
        catalog.partition(7, A);
        send(
                Wal.begin(500, 7),
                Wal.relation(FOREIGN, "other", "id"),
                Wal.insert(FOREIGN, 1),
                Wal.relation(7, "leaf", "id", "note"),
                Wal.truncate(7));
        assertThat(assembler.takeStranger()).isNull();
        assertThat(assembler.rows()).isZero();
    }

    @Test
    void eachTruncatedTableThatIsNotCapturedIsGivenToBeLookedUp() {
        catalog.before15();
        send(
                Wal.begin(500, 7),
                Wal.relation(FOREIGN, "other", "id"),
                Wal.relation(8, "another", "id"),
                Wal.truncate(FOREIGN, 8));
        assertThat(List.of(assembler.takeStranger().oid(), assembler.takeStranger().oid()))
                .containsExactly(FOREIGN, 8);
        assertThat(assembler.takeStranger()).isNull();
    }

    @Test
    void partitionIsKnownBehindItsRootAndNowhereElse() {
        catalog.before15().partition(7, A);
        send(
                Wal.begin(500, 7),
                relationA(),
                Wal.relation(FOREIGN, "new_leaf", "id", "note"),
                Wal.insert(A, 1));
        assertThat(assembler.takeStranger()).isNull();
        assertThatThrownBy(() -> send(Wal.relation(7, "leaf", "id", "note"), Wal.insert(7, 2)))
                .isInstanceOf(PipelineFailedException.class)
                .hasMessageContaining("is of partition public.leaf")
                .hasMessageContaining("publish_via_partition_root is off");
    }

    @Test
    void partitionThatIsTruncatedUnderItsOwnNameIsRefused() {
        catalog.before15().partition(7, A);
        send(Wal.begin(500, 7), relationA(), Wal.relation(7, "leaf", "id", "note"));
        assertThatThrownBy(() -> send(Wal.truncate(A, 7)))
                .isInstanceOf(PipelineFailedException.class)
                .hasMessageContaining("is of partition public.leaf");
    }

    @Test
    void changesOfACapturedTableUnderTheNameOfAnotherAreRefused() {
        send(Wal.begin(500, 7), Wal.relation(FOREIGN, "root", "id", "note"), relationA());
        assertThatThrownBy(() -> send(Wal.insert(FOREIGN, 1)))
                .isInstanceOf(PipelineFailedException.class)
                .hasMessageContaining(
                        "A change of captured table public.a with OID 1 near LSN 0/64 comes under"
                                + " the name of public.root with OID 9, of which it was a"
                                + " partition then");
        assembler.reconnect();
        send(Wal.begin(500, 7), relationB(), relationA());
        assertThatThrownBy(() -> send(Wal.insert(B, 1)))
                .isInstanceOf(PipelineFailedException.class)
                .hasMessageContaining("comes under the name of public.b with OID 2");
    }

    /** Before 15 a delete without an old row is left out behind its description. */
    @Test
    void descriptionWithoutItsChangeBelongsToNoOther() {
        send(
                Wal.begin(500, 7),
                relationA(),
                Wal.insert(A, 1),
                Wal.relation(FOREIGN, "other", "note"),
                relationB(),
                Wal.delete(A, 1),
                Wal.relation(FOREIGN, "other", "note"),
                Wal.delete(A, 2),
                relationA(),
                Wal.commit(500, 600),
                Wal.begin(700, 8),
                Wal.relation(FOREIGN, "other", "note"),
                Wal.insert(FOREIGN, 1),
                Wal.delete(A, 3));
        assertThat(rows(assembler.take()))
                .containsExactly("a i1 #1", "a d1 #2", "a d2 #3", "a d3 #1");
    }

    /** An insert tells no old row; the first change that does is refused. */
    @Test
    void oldRowsOfAPartitionWithAnotherIdentityAreRefused() {
        send(
                Wal.begin(500, 7),
                relationA(),
                Wal.keyless(FOREIGN, "leaf", "id", "note"),
                Wal.insert(A, 1),
                relationA(),
                Wal.keyless(FOREIGN, "leaf", "id", "note"));
        assertRefused("The old row would come with made-up nulls");
        assertThat(rows(assembler.take())).containsExactly("a i1 #1");
    }

    @Test
    void partitionThatWasATableOfItsOwnBeforeIsLookedAtToo() {
        send(
                Wal.begin(500, 7),
                Wal.keyless(FOREIGN, "leaf", "id", "note"),
                Wal.insert(FOREIGN, 1),
                relationA(),
                Wal.keyless(FOREIGN, "leaf", "id", "note"));
        assertRefused("The old row would come with made-up nulls");
    }

    /** It was described before; since then it may have been altered, and be of no concern here. */
    @Test
    void changeOfAPartitionThatIsNotToldIsAskedForAgainOnce() {
        send(
                Wal.begin(500, 7),
                relationA(),
                Wal.keyless(FOREIGN, "leaf", "id", "note"),
                Wal.insert(A, 1),
                Wal.commit(500, 600),
                Wal.begin(700, 8),
                Wal.insert(A, 2));
        assertThatThrownBy(() -> send(Wal.deleteOfNulls(A, 2)))
                .isInstanceOf(UntoldPartitionException.class);
        assertThat(assembler.position().end()).isEqualTo(new Lsn(600));
        assertThat(rows(assembler.take())).containsExactly("a i1 #1", "a i2 #1");

        lsn = 1003;
        assembler.reconnect();
        send(
                Wal.begin(700, 8),
                relationA(),
                Wal.relation(OTHER_LEAF, "other", "id", "note"),
                Wal.insert(A, 2),
                Wal.delete(A, 2));
        assertThat(rows(assembler.take())).containsExactly("a d2 #2");

        send(relationA(), Wal.keyless(FOREIGN, "leaf", "id", "note"), Wal.insert(A, 3));
        assertRefused("The old row may be of such a one, with made-up nulls");
    }

    /** Each value of the root's key is there: no partition with another key can have logged it. */
    @Test
    void oldRowThatIsWholeIsTaken() {
        send(
                Wal.begin(500, 7),
                relationA(),
                Wal.keyless(FOREIGN, "leaf", "id", "note"),
                Wal.insert(A, 1),
                Wal.delete(A, 1));
        assertThat(rows(assembler.take())).containsExactly("a i1 #1", "a d1 #2");
    }

    @Test
    void changeOfAPartitionThatIsToldIsJudgedByThatOne() {
        send(
                Wal.begin(500, 7),
                relationA(),
                Wal.keyless(FOREIGN, "leaf", "id", "note"),
                Wal.insert(A, 1),
                relationA(),
                Wal.relation(OTHER_LEAF, "other", "id", "note"),
                Wal.deleteOfNulls(A, 2));
        assertThat(rows(assembler.take())).containsExactly("a i1 #1", "a dnull #2");
    }

    private void assertRefused(String why) {
        assertThatThrownBy(() -> send(Wal.deleteOfNulls(A, 2)))
                .isInstanceOf(PipelineFailedException.class)
                .hasMessageContaining(
                        "partition public.leaf of public.a has replica identity DEFAULT, its root"
                                + " has replica identity DEFAULT (id)")
                .hasMessageContaining(why);
    }

    @Test
    void tablesThatAreTruncatedTogetherAreNoPartitionsOfEachOther() {
        send(
                Wal.begin(500, 7),
                relationA(),
                Wal.relation(FOREIGN, "other", "note"),
                relationB(),
                Wal.truncate(A, FOREIGN, B),
                Wal.delete(A, 1));
        assertThat(rows(assembler.take())).containsExactly("a t #1", "b t #2", "a d1 #3");
    }

    @Test
    void transactionWithinATransactionIsRefused() {
        send(Wal.begin(500, 7));
        assertThatThrownBy(() -> send(Wal.begin(600, 8)))
                .isInstanceOf(PipelineFailedException.class)
                .hasMessageContaining("inside of transaction 7");
    }
}
