package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.Comparator;

/**
 * One row of an Arrow file.
 *
 * @param commitLsn column {@code commit_lsn}
 * @param ordinal column {@code ordinal}
 * @param event the rest
 */
record ArrivedRow(Lsn commitLsn, long ordinal, RowEvent event) {

    /** The ordinal of the truncate that restarts a snapshot. */
    static final long RESTART = -1;

    /** The order in which a consumer has to take the rows. */
    static final Comparator<ArrivedRow> ORDER =
            Comparator.comparing(ArrivedRow::commitLsn).thenComparingLong(ArrivedRow::ordinal);

    boolean isSnapshotRow() {
        return event.op() == 'r';
    }

    boolean isRestart() {
        return ordinal == RESTART;
    }

    String position() {
        return commitLsn + " ordinal " + ordinal;
    }
}
