package io.nanosync.flink.jobs.bench;

import picocli.CommandLine.Option;

/** What {@code nanosync bench --latency} takes: none of it without {@code --latency}. */
final class LatencyOptions {

    @Option(
            names = "--latency",
            required = true,
            description =
                    "Measure the time from commit to sink under a steady load instead of"
                            + " throughput.")
    private boolean on;

    @Option(
            names = "--rate",
            defaultValue = "20000",
            paramLabel = "N",
            description = "With --latency: changes a second (default ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            paramLabel = "N",
            description = "With --latency: how long to measure (default ${DEFAULT-VALUE}).")
    private int seconds;

    boolean on() {
        return on;
    }

    int rate() {
        return rate;
    }

    int seconds() {
        return seconds;
    }
}
