package io.nanosync.flink.pg.source.metrics;

import java.util.List;

/** Renders the reference of metrics from the definitions that register them. */
final class MetricsPage {

    private static final String INTRODUCTION =
            """
# Metrics

<!-- Rendered from code. Edit SourceMetric or StandardMetric, then run the tests
     with -Dnanosync.docs.update=true. -->

What the connector measures. A local run with `metrics_port` serves these names at
`http://127.0.0.1:<port>/metrics`, and so does each process of a cluster that has the plugin below.
Counters are summed over the subtasks of a process, of gauges it is the largest; texts are not
served. Flink's other reporters put their usual scope in front of the names, and the labels among
its variables.

A count goes on when a task is restarted in the same process. In another process it begins anew, as
Prometheus' `rate` and `increase` expect.

## On a cluster

Put `flink-jobs/target/nanosync-metrics.jar` into a folder of its own below Flink's `plugins`, for
JobManager and TaskManagers, and name it in Flink's configuration:

```properties
metrics.reporters: nanosync
metrics.reporter.nanosync.factory.class: io.nanosync.flink.jobs.metrics.PrometheusReporterFactory
metrics.reporter.nanosync.host: 127.0.0.1
metrics.reporter.nanosync.port: 9250-9260
```

`host` is the address that it listens on, by default 127.0.0.1, which only the machine itself
reaches; 0.0.0.0 is every address of the machine. `port` is 9250 by default; of a range the first
free port is taken, since several processes may share a machine. Metrics of a job are gone when it
has ended.

Alerts for these metrics are in `docker/prometheus/alerts.yml`, with a [runbook](../runbook.md), and a
Grafana dashboard is in `docker/grafana/dashboards`.

""";

    private static final String STANDARD =
            """
## Flink's own of a source, in each source task

Flink names them for every source (FLIP-33). `pendingRecords` isn't there: how many changes there
are in WAL that hasn't come, nobody can know.

""";

    private static final String READING =
            """
## How to read them

**Is the sink behind?** `ns_pipeline_replication_lag_seconds` is the one to alert on: it grows with
whatever stands between a commit on the source and its commit by the sink, be it a sink that
blocks, checkpoints that don't complete, or a connection that is gone. While changes come it is
about half to one and a half checkpoint intervals. It compares the clock of the PostgreSQL server
with that of the TaskManager.

**Where does it stand?** Four places in the WAL follow each other: the server's own end,
`ns_stream_received_lsn`, `ns_stream_emitted_lsn` and `ns_stream_confirmed_lsn`. `pendingBytes` is
what lies between the first two, `ns_slot_lag_bytes` what lies between the first and the last.
Received and emitted drift apart when the sink is slow (`ns_stream_throttled`,
`ns_stream_queue_fill`), emitted and confirmed between checkpoints.

**Will the slot be lost?** Alert on `ns_slot_wal_status > 2`, and on `ns_slot_safe_wal_bytes` where
`max_slot_wal_keep_size` is set.

**How far is the snapshot?** Its rows say most closely (`ns_snapshot_rows_total` of
`ns_snapshot_estimated_rows`, which is PostgreSQL's estimate as of the last `ANALYZE`), its splits
most reliably. `nanosync run` shows both, and how long the rest takes at the present rate.
""";

    private MetricsPage() {}

    static String render() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        for (SourceMetric.Place place : SourceMetric.Place.values()) {
            page.append("## ").append(place.title()).append("\n\n");
            row(page, "Metric", "Labels", "Kind", "Unit", "What it says");
            row(page, "---", "---", "---", "---", "---");
            for (SourceMetric metric : SourceMetric.values()) {
                if (metric.place() == place) {
                    row(
                            page,
                            "`" + metric.id() + "`",
                            String.join(", ", labels(metric)),
                            metric.kind().text(),
                            metric.unit().text(),
                            metric.description());
                }
            }
            page.append('\n');
        }
        standard(page.append(STANDARD));
        return page.append(READING).toString();
    }

    private static List<String> labels(SourceMetric metric) {
        return metric.labels().stream().map(Label::label).toList();
    }

    private static void standard(StringBuilder page) {
        row(page, "Metric", "Kind", "What it says");
        row(page, "---", "---", "---");
        for (StandardMetric metric : StandardMetric.values()) {
            row(page, "`" + metric.id() + "`", metric.kind().text(), metric.description());
        }
        page.append('\n');
    }

    private static void row(StringBuilder page, String... cells) {
        page.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
