package io.nanosync.flink.jobs.bench;

/**
 * One read of a whole table by the connector.
 *
 * @param rows rows delivered
 * @param firstNanos from the submission of the job until the first rows came: its start, and
 *     finding the bounds by which the table is divided
 * @param nanos from the submission until the last rows came
 */
record TableRead(long rows, long firstNanos, long nanos) {

    double firstSeconds() {
        return firstNanos / 1e9;
    }

    double seconds() {
        return nanos / 1e9;
    }
}
