package io.nanosync.flink.jobs.local.progress;

import io.nanosync.flink.jobs.metrics.LiveMetrics;
import io.nanosync.flink.jobs.metrics.Sample;
import io.nanosync.flink.pg.source.metrics.Label;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.util.ArrayList;
import java.util.EnumMap;
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
                        0,
                        StreamState.NONE,
                        "");
    }

    /** The progress now; the last one while the pipeline has no metrics: it stops or restarts. */
    PipelineProgress update(double nowSeconds, LiveMetrics metrics) {
        List<Sample> samples = metrics.samples();
        if (samples.stream().anyMatch(this::isOfPipeline)) {
            String status = metrics.text(SourceMetric.STREAM_STATUS, pipeline);
            last = read(nowSeconds, samples, status);
        }
        return last;
    }

    private boolean isOfPipeline(Sample sample) {
        return pipeline.equals(sample.label(Label.PIPELINE));
    }

    private PipelineProgress read(double nowSeconds, List<Sample> samples, String streamStatus) {
        Map<String, Map<SourceMetric, Double>> tables = new TreeMap<>();
        double walKept = 0;
        double walSafe = Double.POSITIVE_INFINITY;
        double changes = 0;
        double phase = 0;
        double stream = 0;
        Double lag = null;
        double held = 0;
        for (Sample sample : samples) {
            if (!isOfPipeline(sample)) {
                continue;
            }
            switch (sample.metric()) {
                case SNAPSHOT_ROWS,
                                SNAPSHOT_BYTES,
                                SNAPSHOT_SPLITS,
                                SNAPSHOT_SPLITS_READ,
                                SNAPSHOT_ESTIMATED_ROWS ->
                        put(tables, sample);
                case SLOT_LAG_BYTES -> walKept = sample.value();
                case SLOT_SAFE_WAL_BYTES -> walSafe = sample.value();
                case CDC_EVENTS -> changes += sample.value();
                case REPLICATION_LAG_SECONDS -> lag = sample.value();
                case SPILLED_BYTES -> held = sample.value();
                case PHASE -> phase = sample.value();
                case STREAM_STATE -> stream = sample.value();
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
                (long) held,
                StreamState.of(stream),
                streamStatus);
    }

    private static void put(Map<String, Map<SourceMetric, Double>> tables, Sample sample) {
        String table = sample.label(Label.TABLE);
        if (table != null) {
            tables.computeIfAbsent(table, name -> new EnumMap<>(SourceMetric.class))
                    .put(sample.metric(), sample.value());
        }
    }

    private List<TableProgress> tables(
            double nowSeconds, Map<String, Map<SourceMetric, Double>> samples) {
        List<TableProgress> tables = new ArrayList<>();
        samples.forEach(
                (name, values) -> {
                    double rows = values.getOrDefault(SourceMetric.SNAPSHOT_ROWS, 0.0);
                    Rate rate = rowRates.computeIfAbsent(name, n -> new Rate());
                    tables.add(
                            TableProgress.of(
                                    name,
                                    (long) rows,
                                    whole(values, SourceMetric.SNAPSHOT_BYTES, 0),
                                    whole(values, SourceMetric.SNAPSHOT_SPLITS_READ, 0),
                                    whole(values, SourceMetric.SNAPSHOT_SPLITS, 0),
                                    whole(values, SourceMetric.SNAPSHOT_ESTIMATED_ROWS, -1),
                                    rate.update(nowSeconds, rows)));
                });
        return tables;
    }

    private static long whole(
            Map<SourceMetric, Double> values, SourceMetric metric, double otherwise) {
        return values.getOrDefault(metric, otherwise).longValue();
    }
}
