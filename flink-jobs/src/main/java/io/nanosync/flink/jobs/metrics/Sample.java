package io.nanosync.flink.jobs.metrics;

import io.nanosync.flink.pg.source.metrics.Label;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The value of a metric, over all subtasks.
 *
 * @param labels those that the metric has
 */
public record Sample(SourceMetric metric, Map<Label, String> labels, double value) {

    /** The value of a label; null when the metric has no such label. */
    public @Nullable String label(Label label) {
        return labels.get(label);
    }
}
