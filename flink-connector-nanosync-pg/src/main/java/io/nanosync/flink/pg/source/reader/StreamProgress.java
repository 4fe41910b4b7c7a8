package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.wal.CheckpointedPositions;
import io.nanosync.flink.pg.wal.StreamPosition;

/**
 * How far the stream is and how far checkpoints are: what the task, the stream's fetcher and the
 * threads of its connection tell each other.
 *
 * @param checkpointed what may be confirmed
 * @param unheld what was read and no checkpoint holds
 * @param lead how far that is in source time
 * @param metrics what is measured of it all
 * @param status what the stream is doing
 */
record StreamProgress(
        CheckpointedPositions checkpointed,
        UnheldCommits unheld,
        CaptureLead lead,
        StreamMetrics metrics,
        StreamStatus status) {

    /**
     * That of a stream which is yet to begin.
     *
     * @param queueCapacity fetches that the queue between the fetcher and the task takes
     */
    static StreamProgress of(
            SourceConfig config, CheckpointedPositions checkpointed, int queueCapacity) {
        UnheldCommits unheld = new UnheldCommits(checkpointed);
        StreamStatus status = new StreamStatus();
        return new StreamProgress(
                checkpointed,
                unheld,
                new CaptureLead(config.mostAhead(), unheld),
                new StreamMetrics(unheld, status, queueCapacity),
                status);
    }

    /** The stream is going to be read from here. */
    void begin(StreamPosition position) {
        checkpointed.restored(position);
        unheld.begin();
        metrics.begin(position);
    }
}
