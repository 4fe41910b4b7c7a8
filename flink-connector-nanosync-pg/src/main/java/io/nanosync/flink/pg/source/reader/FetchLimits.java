package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.config.SourceConfig;

/**
 * How much one fetch of the stream may hold. It ends with the row that reaches a limit.
 *
 * @param rows rows of all tables
 * @param bytes bytes of the batches that they become
 */
record FetchLimits(int rows, long bytes) {

    /** A builder keeps at most about twice what a fetch of its table alone took. */
    private static final int BUILDERS = 8;

    /**
     * Those of a pipeline. One fetch is being filled, one is being emitted, the rest wait in the
     * queue: together they hold at most as many changes as the pipeline may.
     *
     * @param queueCapacity fetches that may wait between the fetcher's thread and the task's
     */
    static FetchLimits of(SourceConfig config, int queueCapacity) {
        int share = config.bufferEvents() / (queueCapacity + 2);
        int rows = Math.max(1, Math.min(config.chunkRows(), share));
        return new FetchLimits(rows, config.batchBytes());
    }

    /** Memory for the builders of all tables. */
    long builderBytes() {
        return bytes * BUILDERS;
    }
}
