package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A time in which a pipeline captures a table: from its own beginning, or a start with the table
 * more, to a start without it.
 *
 * @param begin where the server's WAL ended when the table was added; 0 for one that the pipeline
 *     begins with
 * @param from where the stream stood when the table was added; null for one that the pipeline
 *     begins with
 * @param until where the stream stood when the table was removed; null when it never was
 * @param files which files below the pipeline's folder came in this time, by their relative names
 */
public record Life(
        QualifiedName table,
        Lsn begin,
        @Nullable StreamPosition from,
        @Nullable StreamPosition until,
        Predicate<String> files) {

    /** That of a table that is captured all the time. */
    public static Life always(QualifiedName table) {
        return new Life(table, new Lsn(0), null, null, file -> true);
    }

    /** Whether this one begins where the other ends, and nothing was streamed between. */
    boolean mayContinue(Life other) {
        return table.equals(other.table) && from != null && from.equals(other.until);
    }

    /** Both as one. */
    Life continuedBy(Life next) {
        return new Life(table, begin, from, next.until, files.or(next.files));
    }

    /**
     * Whether the table may have been removed before it was read: the stream waits for added tables
     * to be read.
     *
     * @param point of the snapshot
     */
    boolean mayBeUnread(Lsn point) {
        return from != null && until != null && !until.end().isAfter(point);
    }

    @Override
    public String toString() {
        return table
                + (from == null ? "" : " added at " + from.end())
                + (until == null ? "" : " removed at " + until.end());
    }
}
