package io.nanosync.flink.jobs.metrics;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What the ended tasks of each job have counted, so that a count goes on when a job is restarted.
 * Flink doesn't tell a task that ends for good from one that comes again, so it is kept for an hour
 * after the job's last metric is gone. Not thread-safe.
 */
final class EarlierCounts {

    private static final long KEPT_NANOS = Duration.ofHours(1).toNanos();

    private final LongSupplier nanoTime;
    private final Map<String, Job> jobs = new HashMap<>();

    EarlierCounts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private static final class Job {
        private final Map<Series, Long> counts = new HashMap<>();
        private int live;
        private long goneNanos;
    }

    /** A job has one more metric. */
    void added(String job) {
        long now = nanoTime.getAsLong();
        jobs.values().removeIf(other -> other.live == 0 && now - other.goneNanos > KEPT_NANOS);
        jobs.computeIfAbsent(job, id -> new Job()).live++;
    }

    /** A job has one metric less. */
    void removed(String job) {
        Job known = jobs.get(job);
        if (known != null && --known.live == 0) {
            known.goneNanos = nanoTime.getAsLong();
        }
    }

    /** A counter of a job that has metrics ends at this count. */
    void ended(String job, Series series, long count) {
        jobs.computeIfAbsent(job, id -> new Job()).counts.merge(series, count, Long::sum);
    }

    /** What the ended counters of the series have counted. */
    long of(String job, Series series) {
        Job known = jobs.get(job);
        return known == null ? 0 : known.counts.getOrDefault(series, 0L);
    }
}
