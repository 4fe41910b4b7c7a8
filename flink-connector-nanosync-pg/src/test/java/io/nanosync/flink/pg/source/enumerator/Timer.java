package io.nanosync.flink.pg.source.enumerator;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Waits on the enumerator's own clock: timers that were set before have run. */
final class Timer {

    private Timer() {}

    /** Returns when a delay has passed so many times. */
    static void afterRepeats(EnumeratorHarness harness, Duration delay, int times) {
        AtomicInteger passed = new AtomicInteger();
        for (int i = 1; i <= times; i++) {
            int before = i - 1;
            harness.enumerator.threads().later(delay, passed::incrementAndGet);
            harness.until("a delay has passed", () -> passed.get() > before);
        }
    }
}
