package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.wal.CheckpointedPositions;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Commits that have come and that no completed checkpoint holds. Thread-safe: the fetcher's thread
 * tells what has come.
 */
final class UnheldCommits {

    private final CheckpointedPositions checkpointed;
    private final PendingSince commits = new PendingSince();

    /** The same by the clocks that tell when they were committed. */
    private final Map<String, PendingSince> byClock = new ConcurrentHashMap<>();

    UnheldCommits(CheckpointedPositions checkpointed) {
        this.checkpointed = checkpointed;
    }

    /** A stream begins: what another one read doesn't count. */
    void begin() {
        commits.clear();
        byClock.clear();
    }

    /**
     * Changes were read.
     *
     * @param position how far the stream was read with them
     * @param times when those that wait were committed
     * @param nowMicros microseconds since 1970
     */
    void read(StreamPosition position, CommitTimes times, long nowMicros) {
        PartialTransaction partial = position.partial();
        Lsn heldWith = partial == null ? position.end() : partial.commitLsn().next();
        Long own = times.oldestWaiting(CommitTimes.OWN);
        add(heldWith, own == null ? nowMicros : own);
        times.waiting()
                .forEach(
                        (clock, oldestMicros) ->
                                byClock.computeIfAbsent(clock, any -> new PendingSince())
                                        .add(heldWith, oldestMicros, held()));
    }

    /**
     * The transaction behind a position isn't read on, though it has come.
     *
     * @param sinceMicros when it was committed or, at another server, has come: microseconds since
     *     1970
     */
    void standsBehind(StreamPosition position, long sinceMicros) {
        PartialTransaction partial = position.partial();
        add((partial == null ? position.end() : partial.commitLsn()).next(), sinceMicros);
    }

    private void add(Lsn heldWith, long micros) {
        commits.add(heldWith, micros, held());
    }

    private Lsn held() {
        return checkpointed.confirmable().lsn();
    }

    /**
     * Since when the oldest of them is unheld, microseconds since 1970: its commit, or when it came
     * where another server's clock tells that. Null when there is none.
     */
    @Nullable Long oldestMicros() {
        return commits.oldestMicros(held());
    }

    /** The oldest of them by a clock of {@link CommitTimes}; null when there is none. */
    @Nullable Long oldestMicros(String clock) {
        PendingSince of = byClock.get(clock);
        return of == null ? null : of.oldestMicros(held());
    }
}
