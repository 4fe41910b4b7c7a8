package io.nanosync.flink.pg.client.jdbc;

/** Which rows of {@code pg_inherits} say that a table is a partition. */
final class Partitions {

    private Partitions() {}

    /**
     * A further condition on {@code pg_inherits i}: one that is being detached concurrently isn't a
     * partition any more.
     */
    static String attached(int major) {
        return major >= 14 ? "AND NOT i.inhdetachpending" : "";
    }
}
