package io.nanosync.flink.jobs.cluster;

/** What came of it that a job was to be stopped with a savepoint, as far as it is known. */
public sealed interface Stopping {

    /**
     * It has ended.
     *
     * @param savepoint where its savepoint lies
     */
    record Stopped(String savepoint) implements Stopping {}

    /** The savepoint is still being taken, and stops the job when it is complete. */
    record UnderWay() implements Stopping {}

    /** It wasn't stopped. */
    record NotStopped(String reason) implements Stopping {}

    /**
     * Nobody can say: it may go on, be stopped, or be about to.
     *
     * @param reason why the cluster's answer isn't there
     */
    record Unknown(String reason) implements Stopping {}
}
