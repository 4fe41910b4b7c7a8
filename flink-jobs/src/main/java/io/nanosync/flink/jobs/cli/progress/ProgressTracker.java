package io.nanosync.flink.jobs.cli.progress;

import io.nanosync.flink.jobs.cli.metrics.LiveMetrics;
import io.nanosync.flink.jobs.cli.metrics.Sample;
import io.nanosync.flink.pg.source.metrics.SourceMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns samples of metrics, taken now and then, into the progress of one pipeline. */
final class ProgressTracker {

    private final String pipeline;
    private final Map<String, Rate> rowRates = new HashMap<>();
    private final Rate changeRate = new Rate();
    private PipelineProgress last;

    ProgressTracker(String pipeline) {
        this.pipeline = pipeline;
        this.last =
                new PipelineProgress(
                        pipeline, Phase.STARTING, List.of(), 0, 0, null, StreamState.NONE, "");
    }

    /** The progress now; the last one while the pipeline has no metrics: it stops or restarts. */
    PipelineProgress update(double nowSeconds, LiveMetrics metrics) {
        List<Sample> samples = metrics.samples();
        if (samples.stream().anyMatch(sample -> pipeline.equals(sample.pipeline()))) {
            String status = metrics.text(SourceMetrics.STREAM_STATUS, pipeline);
            last = read(nowSeconds, samples, status);
        }
        return last;
    }

    private PipelineProgress read(double nowSeconds, List<Sample> samples, String streamStatus) {
        Map<String, Double> rows = new HashMap<>();
        Map<String, Double> estimates = new HashMap<>();
        double changes = 0;
        double phase = 0;
        double stream = 0;
        Double lag = null;
        for (Sample sample : samples) {
            if (!pipeline.equals(sample.pipeline())) {
                continue;
            }
            String table = sample.table();
            switch (sample.name()) {
                case SourceMetrics.SNAPSHOT_ROWS -> put(rows, table, sample.value());
                case SourceMetrics.SNAPSHOT_ESTIMATED_ROWS -> put(estimates, table, sample.value());
                case SourceMetrics.CDC_EVENTS -> changes += sample.value();
                case SourceMetrics.REPLICATION_LAG_SECONDS ->
                        lag = Double.isNaN(sample.value()) ? null : sample.value();
                case SourceMetrics.PHASE -> phase = sample.value();
                case SourceMetrics.STREAM_STATE -> stream = sample.value();
                default -> {
                    // Other metrics are no progress.
                }
            }
        }
        return new PipelineProgress(
                pipeline,
                Phase.of(phase),
                tables(nowSeconds, rows, estimates),
                (long) changes,
                changeRate.update(nowSeconds, changes),
                lag,
                StreamState.of(stream),
                streamStatus);
    }

    private static void put(Map<String, Double> values, @Nullable String table, double value) {
        if (table != null) {
            values.put(table, value);
        }
    }

    private List<PipelineProgress.Table> tables(
            double nowSeconds, Map<String, Double> rows, Map<String, Double> estimates) {
        TreeSet<String> names = new TreeSet<>(rows.keySet());
        names.addAll(estimates.keySet());
        List<PipelineProgress.Table> tables = new ArrayList<>();
        for (String name : names) {
            double count = rows.getOrDefault(name, 0.0);
            double rate = rowRates.computeIfAbsent(name, n -> new Rate()).update(nowSeconds, count);
            long estimated = estimates.getOrDefault(name, -1.0).longValue();
            tables.add(new PipelineProgress.Table(name, (long) count, estimated, rate));
        }
        return tables;
    }
}
