package io.nanosync.flink.jobs.history.nemesis;

/** What must follow from an action. */
public sealed interface Consequence {

    /** The pipeline goes on, and everything arrives exactly once. */
    record GoesOn() implements Consequence {}

    /** The pipeline stands still for ever, and everything in front of that place arrives. */
    record StandsStill() implements Consequence {}

    /**
     * A gap was made: the job must end with the product's final error.
     *
     * @param words what its message must name
     */
    record Refusal(String words) implements Consequence {}
}
