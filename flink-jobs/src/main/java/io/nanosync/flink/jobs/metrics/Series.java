package io.nanosync.flink.jobs.metrics;

import io.nanosync.flink.pg.source.metrics.Label;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.util.Map;

/**
 * What has one line in Prometheus' text.
 *
 * @param labels those that the metric has
 */
record Series(SourceMetric metric, Map<Label, String> labels) {

    Series {
        labels = Map.copyOf(labels);
    }

    boolean counts() {
        return metric.kind() == SourceMetric.Kind.COUNTER;
    }
}
