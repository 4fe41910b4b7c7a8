package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.ClusterException;
import io.nanosync.flink.jobs.cluster.SourceMetrics;
import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.metrics.PrometheusText;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.source.metrics.Label;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a pipeline's job on a cluster measures, as the cluster's REST interface shows it. */
final class ClusterNumbers {

    private ClusterNumbers() {}

    /** All numbers, as Prometheus would get them over all processes together. */
    static List<PrometheusLine> of(Whereabouts.Running running, Pipeline pipeline)
            throws ClusterException, InterruptedException {
        return running.cluster().metrics(running.record().job(), running.job()).numbers().stream()
                .map(number -> line(number, pipeline))
                .sorted(
                        Comparator.comparing(PrometheusLine::name)
                                .thenComparing(line -> line.labels().toString()))
                .toList();
    }

    private static PrometheusLine line(SourceMetrics.Measured number, Pipeline pipeline) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (Label label : number.metric().labels()) {
            String shown = number.labels().getOrDefault(label, "");
            labels.put(
                    label.label(),
                    switch (label) {
                        case PIPELINE -> pipeline.name();
                        case TABLE -> StatusOfTables.name(shown, pipeline.tables());
                        case OPERATION -> shown;
                    });
        }
        return new PrometheusLine(
                number.metric().id(), labels, PrometheusText.number(number.value()));
    }
}
