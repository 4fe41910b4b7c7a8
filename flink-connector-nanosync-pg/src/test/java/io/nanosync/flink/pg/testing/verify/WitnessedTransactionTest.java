package io.nanosync.flink.pg.testing.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.StreamPosition.Numbering;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Where a stream stands in a transaction: two of table 1, a COPY of four into table 2, one more.
 */
class WitnessedTransactionTest {

    private static final WitnessedTransaction TRANSACTION = transaction();

    private static WitnessedTransaction transaction() {
        List<DecodedLine> lines = new ArrayList<>();
        List<Lsn> places = new ArrayList<>();
        int[][] changes = {{1, 10}, {1, 11}, {2, 12}, {2, 12}, {2, 12}, {2, 12}, {1, 13}};
        for (int[] change : changes) {
            lines.add(LineParser.parse("table s.t" + change[0] + ": INSERT: id[integer]:1"));
            places.add(new Lsn(change[1]));
        }
        return new WitnessedTransaction(7, new Lsn(20), lines, places);
    }

    private static StreamPosition at(int lastLsn, int lastNumber, int xid) {
        return new StreamPosition(
                new Lsn(5),
                new PartialTransaction(
                        new Lsn(19),
                        xid,
                        5,
                        new Lsn(lastLsn),
                        2,
                        'I',
                        lastNumber,
                        Numbering.AT_LSN));
    }

    private static int emitted(int table, StreamPosition position) {
        return TRANSACTION.emittedAt(
                position,
                line ->
                        line instanceof DecodedLine.Change change
                                && change.table().equals("s.t" + table));
    }

    @Test
    void isEmittedWholeOrNotAtAllBetweenTransactions() {
        assertThat(emitted(1, StreamPosition.at(new Lsn(19)))).isZero();
        assertThat(emitted(1, StreamPosition.at(new Lsn(20)))).isEqualTo(7);
        assertThat(emitted(1, at(11, 1, 8))).isZero();
    }

    @Test
    void isCutAmongRowsOfOneCopy() {
        assertThat(emitted(2, at(12, 1, 7))).isEqualTo(3);
        assertThat(emitted(2, at(12, 3, 7))).isEqualTo(5);
        assertThat(emitted(1, at(12, 3, 7))).isEqualTo(2);
    }

    /** What a later change shows to be passed was emitted, or lost. */
    @Test
    void isPassedUpToItsLastChange() {
        assertThat(emitted(1, at(13, 1, 7))).isEqualTo(7);
        assertThat(emitted(2, at(13, 1, 7))).isEqualTo(6);
    }
}
