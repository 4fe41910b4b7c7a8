package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * A request to read a table again.
 *
 * @param asked where the server's WAL ended before
 * @param streamed up to where the stream was in a completed checkpoint before; 0 when there was
 *     none
 * @param done where the server's WAL ended when the request was seen to be done; null as long as it
 *     isn't
 */
public record Resnapshot(QualifiedName table, Lsn asked, Lsn streamed, @Nullable Lsn done) {

    /** Whether a snapshot may be its answer. */
    boolean mayBeAnsweredBy(Lsn point) {
        return !asked.isAfter(point) && (done == null || !point.isAfter(done));
    }

    @Override
    public String toString() {
        return table + " (asked for at " + asked + ", done at " + done + ")";
    }
}
