package io.nanosync.flink.jobs.history;

import java.util.Map;
import java.util.Random;

/** How the stream's transactions reach the sink. */
public enum Delivery {
    /** As they are read. */
    AS_READ,
    /** Each whole. */
    WHOLE,
    /** Each whole, and some are larger than what is held in memory. */
    WHOLE_AND_LARGE;

    /** Draws one. */
    static Delivery draw(Random random) {
        return values()[random.nextInt(values().length)];
    }

    /** Whether no checkpoint may fall within a transaction. */
    boolean isWhole() {
        return this != AS_READ;
    }

    /** The properties of a pipeline. */
    Map<String, String> properties() {
        return isWhole() ? Map.of("batch_boundary_signaling", "true") : Map.of();
    }
}
