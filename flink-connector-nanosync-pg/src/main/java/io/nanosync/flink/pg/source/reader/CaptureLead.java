package io.nanosync.flink.pg.source.reader;

import java.time.Duration;
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

    private final @Nullable Duration most;
    private final UnheldCommits unheld;
    private volatile long micros;

    /**
     * @param most how much is allowed; null for any
     */
    CaptureLead(@Nullable Duration most, UnheldCommits unheld) {
        this.most = most;
        this.unheld = unheld;
    }

    /**
     * Whether the stream is further ahead than it may be.
     *
     * @param waitingMicros commit of the oldest change that waits to be given
     * @param newestMicros commit of the newest change, microseconds since 1970
     */
    boolean isTooFar(long waitingMicros, long newestMicros) {
        return most != null
                && measure(waitingMicros, newestMicros) > TimeUnit.MICROSECONDS.convert(most);
    }

    /**
     * How far it is, in microseconds of source time, at least 0.
     *
     * @see #isTooFar
     */
    long measure(long waitingMicros, long newestMicros) {
        Long oldest = unheld.oldestMicros();
        long since = oldest == null ? waitingMicros : Math.min(oldest, waitingMicros);
        micros = Math.max(0, newestMicros - since);
        return micros;
    }

    /** How far it was when it was last looked at, in seconds of source time. */
    double seconds() {
        return micros / 1e6;
    }
}
