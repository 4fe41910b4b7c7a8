package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.wal.Lsn;
import java.util.List;
import java.util.Set;

/**
 * What the comparison found.
 *
 * @param snapshotRows rows of the snapshot that were expected
 * @param changes changes that were expected
 * @param crossings those among them by which an updated row came into what is published or left it
 * @param restarts tables whose snapshot was restarted
 * @param readAgain how often a table was read again of which changes had come
 * @param snapshotPoints where the snapshots were taken that count, or that were read whole and
 *     taken back
 * @param differences one line each, readable; none when all is exact
 * @param notAsAsked requests to read a table again that weren't answered, and what was read again
 *     unasked
 * @param drifts changes that were made under another schema than the one before
 * @param early what came before a changed schema was accepted
 */
public record Verdict(
        long snapshotRows,
        long changes,
        long crossings,
        long restarts,
        long readAgain,
        Set<Lsn> snapshotPoints,
        List<String> differences,
        List<String> notAsAsked,
        List<Drifted> drifts,
        List<String> early) {

    /** Whether every row and change arrived exactly once and in order. */
    public boolean isExact() {
        return differences.isEmpty();
    }

    /**
     * Passes when all is exact.
     *
     * @throws AssertionError with the differences
     */
    public void assertExact() {
        if (!isExact()) {
            throw new AssertionError(this);
        }
    }

    @Override
    public String toString() {
        String counts =
                snapshotRows
                        + " snapshot rows, "
                        + changes
                        + " changes, "
                        + restarts
                        + " restarted tables: ";
        return isExact()
                ? counts + "exactly once"
                : counts + "NOT exactly once\n  " + String.join("\n  ", differences);
    }
}
