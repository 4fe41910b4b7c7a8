package io.nanosync.flink.pg.client;

/**
 * A process of the server: its end of one connection.
 *
 * @param pid its process id, which another process may have later
 * @param startMicros when it began, by the server's clock, since 1970
 */
public record Backend(int pid, long startMicros) {}
