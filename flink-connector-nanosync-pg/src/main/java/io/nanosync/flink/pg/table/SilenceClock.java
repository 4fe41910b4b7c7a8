package io.nanosync.flink.pg.table;

import org.apache.flink.util.clock.RelativeClock;

/**
 * The clock by which a generator of watermarks finds a scan silent: it tells for how long no row
 * has come, and begins anew behind each row. So a row that is no event of the generator, as it has
 * no time, keeps the scan from being silent, but doesn't wake one that is: the generator would
 * never find it silent again.
 */
final class SilenceClock implements RelativeClock {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final RelativeClock clock;
    private long beganNanos;

    /** Whether there was a row since the last look. */
    private boolean ended = true;

    /**
     * @param clock stands still while a sink takes its time
     */
    SilenceClock(RelativeClock clock) {
        this.clock = clock;
    }

    /** A row has come. */
    void end() {
        ended = true;
    }

    /** From time to time, in front of the generator's look. */
    void look() {
        if (ended) {
            ended = false;
            beganNanos = clock.relativeTimeNanos();
        }
    }

    @Override
    public long relativeTimeMillis() {
        return relativeTimeNanos() / NANOS_PER_MILLI;
    }

    @Override
    public long relativeTimeNanos() {
        // Zero is the generator's word for a time that it hasn't taken.
        return clock.relativeTimeNanos() - beganNanos + 1;
    }
}
