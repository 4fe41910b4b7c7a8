package io.nanosync.flink.jobs.cli.progress;

import io.nanosync.flink.jobs.cli.metrics.LiveMetrics;
import io.nanosync.flink.jobs.cli.metrics.Sample;
import io.nanosync.flink.pg.source.metrics.SourceMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
                        pipeline,
                        Phase.STARTING,
                        List.of(),
                        PipelineProgress.Wal.NONE,
                        0,
                        0,
                        null,
                        StreamState.NONE,
                        "");
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
        Map<String, Map<String, Double>> tables = new TreeMap<>();
        double walKept = 0;
        double walSafe = Double.POSITIVE_INFINITY;
        double changes = 0;
        double phase = 0;
        double stream = 0;
        Double lag = null;
        for (Sample sample : samples) {
            if (!pipeline.equals(sample.pipeline())) {
                continue;
            }
            switch (sample.name()) {
                case SourceMetrics.SNAPSHOT_ROWS,
                                SourceMetrics.SNAPSHOT_BYTES,
                                SourceMetrics.SNAPSHOT_SPLITS,
                                SourceMetrics.SNAPSHOT_SPLITS_READ,
                                SourceMetrics.SNAPSHOT_ESTIMATED_ROWS ->
                        put(tables, sample);
                case SourceMetrics.SLOT_LAG_BYTES -> walKept = sample.value();
                case SourceMetrics.SLOT_SAFE_WAL_BYTES -> walSafe = sample.value();
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
                tables(nowSeconds, tables),
                new PipelineProgress.Wal((long) walKept, walSafe),
                (long) changes,
                changeRate.update(nowSeconds, changes),
                lag,
                StreamState.of(stream),
                streamStatus);
    }

    private static void put(Map<String, Map<String, Double>> tables, Sample sample) {
        String table = sample.table();
        if (table != null) {
            tables.computeIfAbsent(table, name -> new HashMap<>())
                    .put(sample.name(), sample.value());
        }
    }

    private List<TableProgress> tables(
            double nowSeconds, Map<String, Map<String, Double>> samples) {
        List<TableProgress> tables = new ArrayList<>();
        samples.forEach(
                (name, values) -> {
                    double rows = values.getOrDefault(SourceMetrics.SNAPSHOT_ROWS, 0.0);
                    Rate rate = rowRates.computeIfAbsent(name, n -> new Rate());
                    tables.add(
                            TableProgress.of(
                                    name,
                                    (long) rows,
                                    whole(values, SourceMetrics.SNAPSHOT_BYTES, 0),
                                    whole(values, SourceMetrics.SNAPSHOT_SPLITS_READ, 0),
                                    whole(values, SourceMetrics.SNAPSHOT_SPLITS, 0),
                                    whole(values, SourceMetrics.SNAPSHOT_ESTIMATED_ROWS, -1),
                                    rate.update(nowSeconds, rows)));
                });
        return tables;
    }

    private static long whole(Map<String, Double> values, String metric, double otherwise) {
        return values.getOrDefault(metric, otherwise).longValue();
    }
}
