package io.nanosync.flink.jobs.history.nemesis;

import java.util.Random;

/** One thing that the nemesis does. */
public interface Action {

    /** For the journal, and to choose by. */
    String name();

    /** What must follow. */
    Consequence consequence();

    /**
     * Does it.
     *
     * @param draws decides what is left open
     * @return what ends it; runs some time later
     */
    Ending begin(Target target, Random draws) throws Exception;

    /** Ends a lasting action. */
    @FunctionalInterface
    interface Ending {

        /** For actions that are over at once. */
        Ending NONE = () -> {};

        void end() throws Exception;
    }
}
