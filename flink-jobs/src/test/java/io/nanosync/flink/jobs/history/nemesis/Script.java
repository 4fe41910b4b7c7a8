package io.nanosync.flink.jobs.history.nemesis;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The steps of one history. */
public record Script(List<Step> steps) {

    /**
     * Draws so many steps, and one more.
     *
     * @param choice the actions that may occur
     */
    public static Script draw(Random random, int more, List<Action> choice) {
        List<Step> drawn = new ArrayList<>();
        for (int i = 0; i <= more; i++) {
            drawn.add(Step.draw(random, choice));
        }
        return new Script(drawn);
    }

    /** Lets the last step end with one more action. */
    public Script endingWith(Action action, Random random) {
        List<Step> changed = new ArrayList<>(steps);
        Step last = changed.remove(changed.size() - 1);
        List<Action> actions = new ArrayList<>(last.actions());
        actions.add(action);
        changed.add(
                new Step(
                        actions,
                        last.gapMillis(),
                        last.lastMillis(),
                        last.restMillis(),
                        random.nextLong()));
        return new Script(changed);
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
