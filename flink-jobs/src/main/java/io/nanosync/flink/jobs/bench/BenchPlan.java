package io.nanosync.flink.jobs.bench;

/**
 * What to measure.
 *
 * @param rows rows of the snapshot table; 0 for no snapshot phase
 * @param changes changes in the backlog; 0 for no stream phase
 * @param transaction changes of each transaction in the backlog; 0 for large ones
 * @param workers splits, or COPY ranges, read at the same time
 * @param parallelism of the Flink job
 * @param sql whether the connector's side goes through Flink SQL
 * @param repeats measured runs of either side; the medians are reported
 */
record BenchPlan(
        long rows,
        long changes,
        int transaction,
        int workers,
        int parallelism,
        boolean sql,
        int repeats) {

    /** How the connector's side reads. */
    Reading reading() {
        return sql ? new SqlReading() : Reading.BATCHES;
    }

    /** Changes of the warm-up that goes before, by which JVM, server and disk cache are warm. */
    static long warmUp(long changes) {
        return Math.max(17, changes / 10);
    }
}
