package io.nanosync.flink.pg.source.reader;

/**
 * How far the stream is behind.
 *
 * @param newestCommitMicros commit time of the newest change emitted, microseconds since 1970
 * @param caughtUp whether the server had nothing more to send
 */
record StreamLag(long newestCommitMicros, boolean caughtUp) {}
