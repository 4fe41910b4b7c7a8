package io.nanosync.flink.jobs.history;

import java.util.Map;
import java.util.Random;

/** Whether the schemas of captured tables change, and what the pipeline is to do then. */
public enum Schemas {
    /** They stay. */
    STAY,
    /** It asks. */
    ASK,
    /** It asks where something is lost for who knows the former one. */
    ACCEPT_COMPATIBLE;

    /** Draws one under which they change. */
    static Schemas draw(Random random) {
        return random.nextInt(3) < 2 ? ASK : ACCEPT_COMPATIBLE;
    }

    /** Whether they change. */
    boolean change() {
        return this != STAY;
    }

    /** The properties of a pipeline. */
    Map<String, String> properties() {
        return this == ACCEPT_COMPATIBLE ? Map.of("schema_drift", "accept_compatible") : Map.of();
    }
}
