package io.nanosync.flink.pg.source.reader;

/**
 * How much one fetch of the stream may hold. It ends with the row that reaches a limit.
 *
 * @param rows rows of all tables
 * @param bytes bytes of the batches that they become
 */
record FetchLimits(int rows, long bytes) {

    /** A builder keeps at most about twice what a fetch of its table alone took. */
    private static final int BUILDERS = 8;

    /** Memory for the builders of all tables. */
    long builderBytes() {
        return bytes * BUILDERS;
    }
}
