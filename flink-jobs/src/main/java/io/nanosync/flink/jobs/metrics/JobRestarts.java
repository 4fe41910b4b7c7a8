package io.nanosync.flink.jobs.metrics;

import io.nanosync.flink.pg.source.metrics.Label;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.apache.flink.metrics.Metric;

/**
 * How often Flink has restarted the job of each pipeline. Flink's count is the job's, and knows no
 * pipeline: which ones a job has is known from their own metrics, and not forgotten when these are
 * gone between two attempts. Not thread-safe.
 */
final class JobRestarts {

    private final Map<String, Job> jobs = new HashMap<>();

    /**
     * A job that hasn't ended.
     *
     * @param count Flink's
     * @param pipelines those whose metrics have been there
     */
    private record Job(Metric count, Set<String> pipelines) {}

    /** A job has begun. */
    void added(String job, Metric count) {
        jobs.put(job, new Job(count, new TreeSet<>()));
    }

    /** A job has ended, or another metric is gone. */
    void removed(Metric count) {
        jobs.values().removeIf(job -> job.count() == count);
    }

    /** A job has this pipeline. Of no account where the job's restarts aren't counted. */
    void has(String job, String pipeline) {
        Job known = jobs.get(job);
        if (known != null) {
            known.pipelines().add(pipeline);
        }
    }

    /** Hands over the series of each pipeline with its count. */
    void forEach(BiConsumer<Series, Metric> each) {
        for (Job job : jobs.values()) {
            for (String pipeline : job.pipelines()) {
                each.accept(
                        new Series(SourceMetric.RESTARTS, Map.of(Label.PIPELINE, pipeline)),
                        job.count());
            }
        }
    }
}
