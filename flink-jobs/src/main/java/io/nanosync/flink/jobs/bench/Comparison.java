package io.nanosync.flink.jobs.bench;

import java.util.List;

/**
 * The runs of one phase, connector and bare limit by turns.
 *
 * @param connector at least one run
 * @param limit as many runs
 */
record Comparison(List<Rate> connector, List<Rate> limit) {

    double connectorPerSecond() {
        return median(connector.stream().mapToDouble(Rate::perSecond).toArray());
    }

    double limitPerSecond() {
        return median(limit.stream().mapToDouble(Rate::perSecond).toArray());
    }

    /** The share of the limit that the connector reaches; of the medians. */
    double ratio() {
        return limitPerSecond() == 0 ? 0 : connectorPerSecond() / limitPerSecond();
    }

    private static double median(double[] values) {
        java.util.Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
