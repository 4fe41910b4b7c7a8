package io.nanosync.flink.pg.source.reader;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Counts consecutive failures and says when to try again: exponential with jitter. Used by one
 * thread.
 */
final class Backoff {

    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final int maxFailures;
    private int failures;
    private long nextNanos = System.nanoTime();

    Backoff(int maxFailures) {
        this.maxFailures = maxFailures;
    }

    /** Counts a failure; false when it was one too many. */
    boolean failed() {
        failures++;
        long pauseMillis =
                Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(failures - 1, 10));
        long jittered = pauseMillis / 2 + ThreadLocalRandom.current().nextLong(pauseMillis / 2 + 1);
        nextNanos = System.nanoTime() + Duration.ofMillis(jittered).toNanos();
        return failures <= maxFailures;
    }

    /** Progress was made: failures count from the beginning. */
    void succeeded() {
        failures = 0;
    }

    /** Tries again after a pause; doesn't count as a failure. */
    void pause(Duration pause) {
        nextNanos = System.nanoTime() + pause.toNanos();
    }

    int failures() {
        return failures;
    }

    /** Nanoseconds until the next try. */
    long waitNanos() {
        return Math.max(0, nextNanos - System.nanoTime());
    }
}
