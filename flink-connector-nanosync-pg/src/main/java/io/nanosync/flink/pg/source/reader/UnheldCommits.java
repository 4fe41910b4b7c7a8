package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.wal.CheckpointedPositions;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import org.jspecify.annotations.Nullable;

/**
 * Commits that have come and that no completed checkpoint holds. Thread-safe: the fetcher's thread
 * tells what has come.
 */
final class UnheldCommits {

    private final CheckpointedPositions checkpointed;
    private final PendingSince commits = new PendingSince();

    UnheldCommits(CheckpointedPositions checkpointed) {
        this.checkpointed = checkpointed;
    }

    /** A stream begins: what another one read doesn't count. */
    void begin() {
        commits.clear();
    }

    /**
     * Changes were read.
     *
     * @param position how far the stream was read with them
     * @param oldestMicros commit of the oldest of them, microseconds since 1970
     */
    void read(StreamPosition position, long oldestMicros) {
        PartialTransaction partial = position.partial();
        add(partial == null ? position.end() : partial.commitLsn().next(), oldestMicros);
    }

    /**
     * The transaction behind a position isn't read on, though it has come.
     *
     * @param commitMicros its commit, microseconds since 1970
     */
    void standsBehind(StreamPosition position, long commitMicros) {
        PartialTransaction partial = position.partial();
        add((partial == null ? position.end() : partial.commitLsn()).next(), commitMicros);
    }

    private void add(Lsn heldWith, long micros) {
        commits.add(heldWith, micros, checkpointed.confirmable().lsn());
    }

    /** The oldest of them, microseconds since 1970; null when there is none. */
    @Nullable Long oldestMicros() {
        return commits.oldestMicros(checkpointed.confirmable().lsn());
    }
}
