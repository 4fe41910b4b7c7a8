package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.wal.CheckpointedPositions;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How much source time the stream is ahead of what checkpoints hold: from the commit of the oldest
 * change that none holds to that of the newest that was read. Time before and behind these, in
 * which the database was idle or a checkpoint has come since, doesn't count.
 *
 * <p>Written by the fetcher's thread; {@link #seconds} by any.
 */
final class CaptureLead {

    /** Pages whose oldest changes lie closer together count as one. */
    private static final long GRAIN_MICROS = TimeUnit.SECONDS.toMicros(1);

    /**
     * Pages that no checkpoint holds yet.
     *
     * @param end held by a checkpoint whose position is here or behind it
     * @param oldestMicros commit of the oldest change, microseconds since 1970
     */
    private record Pages(Lsn end, long oldestMicros) {}

    private final @Nullable Duration most;
    private final CheckpointedPositions checkpointed;
    private final Deque<Pages> unheld = new ArrayDeque<>();
    private volatile long micros;

    /**
     * @param most how much is allowed; null for any
     */
    CaptureLead(@Nullable Duration most, CheckpointedPositions checkpointed) {
        this.most = most;
        this.checkpointed = checkpointed;
    }

    /** A stream begins: what another one read doesn't count. */
    void begin() {
        unheld.clear();
        micros = 0;
    }

    /**
     * A page with changes goes to the task.
     *
     * @param end how far the stream was read with it; of the middle of a transaction the end of the
     *     one before
     * @param oldestMicros commit of its oldest change, microseconds since 1970
     */
    void read(Lsn end, long oldestMicros) {
        Pages last = unheld.peekLast();
        if (last != null && Math.abs(oldestMicros - last.oldestMicros()) < GRAIN_MICROS) {
            unheld.removeLast();
            unheld.addLast(new Pages(end, last.oldestMicros()));
        } else {
            unheld.addLast(new Pages(end, oldestMicros));
        }
    }

    /**
     * Whether the stream is further ahead than it may be.
     *
     * @param pageMicros commit of the oldest change of the page that is being filled
     * @param newestMicros commit of the newest change, microseconds since 1970
     */
    boolean isTooFar(long pageMicros, long newestMicros) {
        Duration allowed = most;
        if (allowed == null) {
            return false;
        }
        Pages oldest = unheld.peekFirst();
        long ahead = newestMicros - (oldest == null ? pageMicros : oldest.oldestMicros());
        if (ahead <= TimeUnit.MICROSECONDS.convert(allowed)) {
            return false;
        }
        return measure(pageMicros, newestMicros) > TimeUnit.MICROSECONDS.convert(allowed);
    }

    /**
     * How far it is, in microseconds of source time, at least 0.
     *
     * @see #isTooFar
     */
    long measure(long pageMicros, long newestMicros) {
        Lsn held = checkpointed.confirmable().lsn();
        while (!unheld.isEmpty() && !unheld.getFirst().end().isAfter(held)) {
            unheld.removeFirst();
        }
        Pages oldest = unheld.peekFirst();
        micros = Math.max(0, newestMicros - (oldest == null ? pageMicros : oldest.oldestMicros()));
        return micros;
    }

    /** How far it was when it was last looked at, in seconds of source time. */
    double seconds() {
        return micros / 1e6;
    }
}
