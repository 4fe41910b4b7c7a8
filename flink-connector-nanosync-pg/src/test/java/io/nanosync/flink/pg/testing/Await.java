package io.nanosync.flink.pg.testing;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits for a condition by asking for it again and again: tests never sleep. */
public final class Await {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private Await() {}

    /** Waits at most 30 seconds. See {@link #until(String, Duration, Callable)}. */
    public static void until(String description, Callable<Boolean> condition) {
        until(description, DEFAULT_TIMEOUT, condition);
    }

    /**
     * Returns when the condition has become true. An exception of the condition counts as "not
     * yet", and so does a query for one value that finds none.
     *
     * @param description what is awaited, for the error
     * @throws AssertionError when the time is over; its cause is what the condition threw last
     */
    public static void until(String description, Duration timeout, Callable<Boolean> condition) {
        Boolean met = value(description, timeout, () -> condition.call() ? Boolean.TRUE : null);
        Objects.requireNonNull(met);
    }

    /** Waits at most 30 seconds. See {@link #value(String, Duration, Callable)}. */
    public static <T> T value(String description, Callable<@Nullable T> source) {
        return value(description, DEFAULT_TIMEOUT, source);
    }

    /**
     * Returns the first value that is not null. An exception of the source counts as "not yet", and
     * so does a query for one value that finds none.
     *
     * @throws AssertionError when the time is over; its cause is what the source threw last
     */
    public static <T> T value(String description, Duration timeout, Callable<@Nullable T> source) {
        long start = System.nanoTime();
        Throwable last = null;
        do {
            try {
                T value = source.call();
                if (value != null) {
                    return value;
                }
                last = null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("Interrupted while waiting for: " + description, e);
            } catch (Exception | NoValueError e) {
                last = e;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        } while (System.nanoTime() - start < timeout.toNanos());
        throw new AssertionError("Not within " + timeout + ": " + description, last);
    }
}
