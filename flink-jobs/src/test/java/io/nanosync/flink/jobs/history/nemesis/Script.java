package io.nanosync.flink.jobs.history.nemesis;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The steps of one history. */
public record Script(List<Step> steps) {

    /**
     * Draws so many steps.
     *
     * @param choice the actions that may occur
     */
    public static Script draw(long seed, int steps, List<? extends Action> choice) {
        Random random = new Random(seed);
        List<Step> drawn = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            drawn.add(Step.draw(random, choice));
        }
        return new Script(drawn);
    }

    /**
     * The combination that loses what was fetched and not yet checkpointed: no checkpoint
     * completes, the stream reconnects, and then the job goes back to the last one.
     */
    public static Step reconnectThenCrash(Fault crash, long seed) {
        return new Step(
                List.of(Fault.DECLINE_CHECKPOINTS, Fault.END_WALSENDER, crash),
                1_500,
                200,
                1_000,
                seed);
    }
}
