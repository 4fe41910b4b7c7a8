package io.nanosync.flink.pg.source.reader;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Which snapshot splits of a reader aren't read to their end: what a split that was assigned behind
 * one of them waits for. Thread-safe.
 */
final class Turns {

    private final Map<String, CountDownLatch> unread = new ConcurrentHashMap<>();

    /** A split is going to be read. */
    void willRead(String splitId) {
        unread.put(splitId, new CountDownLatch(1));
    }

    /** A split has been read, or won't be: whoever waits for it begins. */
    void end(String splitId) {
        CountDownLatch waiting = unread.remove(splitId);
        if (waiting != null) {
            waiting.countDown();
        }
    }

    /**
     * Waits for a split's end; false when it hasn't come in time. A split that this reader doesn't
     * hold has ended.
     */
    boolean awaitEnd(String splitId, Duration patience) {
        CountDownLatch waiting = unread.get(splitId);
        if (waiting == null) {
            return true;
        }
        try {
            return waiting.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // The fetcher is being closed and finds its thread interrupted.
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
