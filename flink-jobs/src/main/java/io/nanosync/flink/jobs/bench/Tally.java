package io.nanosync.flink.jobs.bench;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts rows and keeps the time of the first and the last sighting. Safe for many threads; meant
 * to be told of some thousand rows at once.
 *
 * <p>Tallies are found by name because a Flink sink is serialized on its way into the job, in the
 * same process.
 */
final class Tally {

    private static final Map<String, Tally> BY_NAME = new ConcurrentHashMap<>();

    private long rows;
    private long firstRows;
    private long firstNanos;
    private long lastNanos;

    /** The tally of this name, made when there is none. */
    static Tally named(String name) {
        return BY_NAME.computeIfAbsent(name, ignored -> new Tally());
    }

    /** Forgets the tally of this name. */
    static void forget(String name) {
        BY_NAME.remove(name);
    }

    synchronized void count(long more) {
        if (more == 0) {
            return;
        }
        lastNanos = System.nanoTime();
        if (rows == 0) {
            firstNanos = lastNanos;
            firstRows = more;
        }
        rows += more;
        notifyAll();
    }

    synchronized long rows() {
        return rows;
    }

    /** Waits until so many rows were counted, at most so long; whether they were. */
    synchronized boolean await(long expectedRows, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (rows < expectedRows) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** The same from this moment on, which {@link System#nanoTime} gave. */
    synchronized TableRead since(long begunNanos) {
        return new TableRead(rows, firstNanos - begunNanos, lastNanos - begunNanos);
    }

    synchronized Rate rate() {
        return new Rate(rows - firstRows, lastNanos - firstNanos);
    }
}
