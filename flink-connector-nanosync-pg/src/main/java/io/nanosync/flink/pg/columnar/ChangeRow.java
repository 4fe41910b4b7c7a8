package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/** One row of a change batch: a view, valid as long as the batch is. */
@PublicEvolving
public interface ChangeRow {

    Op op();

    /** Commit LSN of its transaction; for snapshot rows the snapshot's consistent point. */
    Lsn commitLsn();

    /**
     * Order within one commit LSN: changes of a transaction count from 1; snapshot rows have 0, the
     * truncate that restarts a snapshot -1. {@code (commitLsn, ordinal)} orders everything.
     */
    long ordinal();

    /** Commit time in microseconds since 1970-01-01T00:00:00Z; null for snapshot rows. */
    @Nullable Long commitTimestampMicros();

    /** Transaction id, unsigned 32 bits; null for snapshot rows. */
    @Nullable Long xid();

    /**
     * The old row, as far as the replica identity logs it; null when PostgreSQL sent none. Its
     * columns are the identity's columns only.
     */
    @Nullable RowImage before();

    /** The new row; null for delete and truncate. */
    @Nullable RowImage after();

    /**
     * Indexes into {@link #after()} of columns whose unchanged TOAST value PostgreSQL didn't send.
     */
    List<Integer> unchanged();
}
