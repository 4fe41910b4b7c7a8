package io.nanosync.flink.pg.source.split;

/**
 * What a reader keeps of a snapshot or restart split that it has emitted whole, until the
 * enumerator has acknowledged that it is finished for good: there may be very many between two
 * checkpoints.
 *
 * @param epoch the snapshot that it belonged to
 */
public record FinishedSplit(String splitId, int epoch) implements PgSplit {

    @Override
    public String toString() {
        return splitId + " (finished)";
    }
}
