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
        return Median.of(connector.stream().mapToDouble(Rate::perSecond));
    }

    double limitPerSecond() {
        return Median.of(limit.stream().mapToDouble(Rate::perSecond));
    }

    /** The share of the limit that the connector reaches; of the medians. */
    double ratio() {
        return limitPerSecond() == 0 ? 0 : connectorPerSecond() / limitPerSecond();
    }
}
