package io.nanosync.flink.pg.source.reader;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the fetcher has handed over and the task hasn't emitted. The fetcher stops when the queue is
 * full, one more fetch is being emitted and one waits for room. Thread-safe.
 */
final class HandOver {

    private final int most;
    private final AtomicInteger pages = new AtomicInteger();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param queueCapacity fetches that the queue takes
     */
    HandOver(int queueCapacity) {
        most = queueCapacity + 2;
    }

    /** The fetcher hands over. */
    void fetched(long newChanges, long newBytes) {
        changes.addAndGet(newChanges);
        bytes.addAndGet(newBytes);
        pages.incrementAndGet();
    }

    /** The task has emitted what was handed over first. */
    void emitted(long oldChanges, long oldBytes) {
        changes.addAndGet(-oldChanges);
        bytes.addAndGet(-oldBytes);
        pages.decrementAndGet();
    }

    /** Changes that wait, or are being emitted. */
    long changes() {
        return changes.get();
    }

    /** Bytes of their batches. */
    long bytes() {
        return bytes.get();
    }

    /** Which part is taken, from 0 to 1. */
    double fill() {
        return (double) pages.get() / most;
    }

    /** Whether the fetcher has to wait. */
    boolean isFull() {
        return pages.get() >= most;
    }
}
