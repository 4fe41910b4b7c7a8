package io.nanosync.flink.pg.source.enumerator;

import java.time.Duration;

/**
 * How long the enumerator waits.
 *
 * @param checkpointPatience for a checkpoint to be taken where the pipeline can't go on without one
 * @param keeperPeriod between two looks at the keeper of the snapshot
 */
record Timings(Duration checkpointPatience, Duration keeperPeriod) {

    static final Timings USUAL = new Timings(Duration.ofMinutes(10), Duration.ofMinutes(1));
}
