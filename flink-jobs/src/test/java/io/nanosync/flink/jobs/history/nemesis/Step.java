package io.nanosync.flink.jobs.history.nemesis;

import io.nanosync.flink.jobs.history.Pause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Actions that fall together: each begins some time after the one before it, and the lasting ones
 * end after all have begun.
 *
 * @param gapMillis between two beginnings
 * @param lastMillis from the last beginning to the first ending
 * @param restMillis after it, in which the pipeline may come to itself or not
 * @param seed of what the actions leave open
 */
public record Step(
        List<Action> actions, long gapMillis, long lastMillis, long restMillis, long seed) {

    /** Takes the actions. */
    public void run(Target target) throws Exception {
        Random draws = new Random(seed);
        List<Action.Ending> endings = new ArrayList<>();
        try {
            for (int i = 0; i < actions.size(); i++) {
                if (i > 0) {
                    Pause.millis(gapMillis);
                }
                Action action = actions.get(i);
                target.journal().action(action.name());
                if (action.consequence() instanceof Consequence.Refusal refusal) {
                    target.gapBegins(refusal.words());
                }
                endings.add(action.begin(target, draws));
            }
            if (endings.stream().anyMatch(ending -> ending != Action.Ending.NONE)) {
                Pause.millis(lastMillis);
            }
        } finally {
            Collections.shuffle(endings, draws);
            for (Action.Ending ending : endings) {
                ending.end();
            }
        }
        target.journal().note("    ended");
        Pause.millis(restMillis);
    }

    /** Draws one: of one to three actions, close together or some checkpoints apart. */
    public static Step draw(Random random, List<Action> choice) {
        int count = 1 + random.nextInt(3);
        List<Action> actions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            actions.add(choice.get(random.nextInt(choice.size())));
        }
        return new Step(
                actions,
                random.nextBoolean() ? random.nextInt(300) : random.nextInt(2_500),
                300 + random.nextInt(3_000),
                random.nextInt(2_500),
                random.nextLong());
    }
}
