package io.nanosync.flink.jobs.bench;

/**
 * What one run measured.
 *
 * @param rows rows seen after the first sighting, whose own rows started before the clock
 * @param nanos time from the first to the last sighting
 */
record Rate(long rows, long nanos) {

    double perSecond() {
        return nanos == 0 ? 0 : rows * 1e9 / nanos;
    }
}
