package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.concurrent.TimeUnit;

/**
 * What a page of the stream is, beside its batches.
 *
 * @param end up to where all is emitted with it
 * @param transactions how many with changes of captured tables end in it
 * @param changes how many changes it has
 * @param batchBytes of the batches
 * @param newestCommitMicros commit of the newest transaction that was read, microseconds since
 *     1970; counts where there are changes
 */
record StreamPage(
        Lsn end, int transactions, long changes, long batchBytes, long newestCommitMicros) {

    /** The commit as a timestamp of Flink's, milliseconds since 1970. */
    long newestCommitMillis() {
        return TimeUnit.MICROSECONDS.toMillis(newestCommitMicros);
    }
}
