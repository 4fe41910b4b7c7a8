package io.nanosync.flink.pg.source.reader;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How much source time the stream is ahead of what checkpoints hold: from the commit of the oldest
 * change that none holds to the newest that was read, by the clock that is furthest ahead. Time
 * before and behind these, in which the database was idle or a checkpoint has come since, doesn't
 * count, nor how far the clocks of servers are apart.
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

    /** Whether the stream is further ahead than it may be. */
    boolean isTooFar(CommitTimes times) {
        return most != null && measure(times) > TimeUnit.MICROSECONDS.convert(most);
    }

    /** How far it is, in microseconds of source time, at least 0. */
    long measure(CommitTimes times) {
        long furthest = 0;
        for (String clock : times.clocks()) {
            Long newest = times.newest(clock);
            Long oldest = oldest(unheld.oldestMicros(clock), times.oldestWaiting(clock));
            if (newest != null && oldest != null) {
                furthest = Math.max(furthest, newest - oldest);
            }
        }
        micros = furthest;
        return furthest;
    }

    private static @Nullable Long oldest(@Nullable Long unheld, @Nullable Long waiting) {
        if (unheld == null || waiting == null) {
            return unheld == null ? waiting : unheld;
        }
        return Math.min(unheld, waiting);
    }

    /** How far it was when it was last looked at, in seconds of source time. */
    double seconds() {
        return micros / 1e6;
    }
}
