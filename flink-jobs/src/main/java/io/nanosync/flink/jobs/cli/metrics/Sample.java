package io.nanosync.flink.jobs.cli.metrics;

import org.jspecify.annotations.Nullable;

/**
 * The value of a metric, over all subtasks.
 *
 * @param name for example {@code ns_cdc_events_total}
 * @param pipeline null when the metric has no such label
 * @param table null when the metric has no such label
 * @param counter whether it only counts up
 */
public record Sample(
        String name,
        @Nullable String pipeline,
        @Nullable String table,
        boolean counter,
        double value) {}
