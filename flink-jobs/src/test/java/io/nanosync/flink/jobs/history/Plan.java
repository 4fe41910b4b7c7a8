package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.history.job.HistoryJob;
import io.nanosync.flink.jobs.history.nemesis.Action;
import io.nanosync.flink.jobs.history.nemesis.Alteration;
import io.nanosync.flink.jobs.history.nemesis.Consequence;
import io.nanosync.flink.jobs.history.nemesis.Promotion;
import io.nanosync.flink.jobs.history.nemesis.ReadAgain;
import io.nanosync.flink.jobs.history.nemesis.SchemaDrift;
import io.nanosync.flink.jobs.history.nemesis.Script;
import io.nanosync.flink.jobs.history.nemesis.Step;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What a history is made of.
 *
 * @param seed of the load, and of all else that isn't given
 * @param version of the server
 * @param parallelism at the beginning
 * @param checkpointMillis between two checkpoints
 * @param streamsFirst whether the first step waits until the pipeline streams
 * @param truncates whether the load truncates tables too, which starts their snapshot anew
 * @param startMillis from the job's start, or from when it streams, to the first step
 * @param setting how it begins
 */
public record Plan(
        long seed,
        int version,
        int parallelism,
        long checkpointMillis,
        boolean streamsFirst,
        boolean truncates,
        long startMillis,
        Script script,
        Setting setting) {

    private static final int MOST_STEPS = 6;
    private static final int FIRST_WITH_SYNCED_SLOTS = 17;

    /** Seeds below it accept each schema soon, or never. */
    private static final long FIRST_SEED_REFUSED_FOR_A_WHILE = 90_000;

    /** As often as another action each alteration and request is drawn. */
    private static final int ALTERATIONS = 4;

    /**
     * Draws all of it. A change that costs changes ends a history, so it comes last, and when there
     * is a stream that it can cost something.
     *
     * @param choice the actions that may occur
     */
    public static Plan draw(long seed, List<Action> choice) {
        Random random = new Random(seed);
        List<Integer> versions = TestPostgres.VERSIONS;
        int drawn = versions.get(random.nextInt(versions.size()));
        Setting setting = Setting.draw(seed, drawn);
        int version = setting.promotes() ? FIRST_WITH_SYNCED_SLOTS + drawn % 2 : drawn;
        List<Action> possible =
                choice.stream()
                        .filter(setting::allows)
                        .filter(
                                action ->
                                        action != SchemaDrift.REFUSE_FOR_A_WHILE
                                                || seed >= FIRST_SEED_REFUSED_FOR_A_WHILE)
                        .toList();
        List<Action> lasting = new ArrayList<>(possible.stream().filter(Plan::goesOn).toList());
        List<Action> alterations =
                lasting.stream()
                        .filter(
                                action ->
                                        action instanceof Alteration
                                                || action instanceof ReadAgain
                                                || action instanceof SchemaDrift
                                                || action instanceof Promotion)
                        .toList();
        for (int i = 1; i < ALTERATIONS; i++) {
            lasting.addAll(alterations);
        }
        List<Action> costly = possible.stream().filter(action -> !goesOn(action)).toList();
        boolean endsWithGap = !costly.isEmpty() && random.nextInt(3) == 0;
        Script script = Script.draw(random, random.nextInt(MOST_STEPS), lasting);
        return new Plan(
                seed,
                version,
                1 + random.nextInt(HistoryJob.MOST_SUBTASKS),
                300 + random.nextInt(1_200),
                endsWithGap
                        || random.nextBoolean()
                        || setting.schemas().change()
                        || setting.promotes(),
                true,
                random.nextInt(6_000),
                endsWithGap
                        ? script.endingWith(costly.get(random.nextInt(costly.size())), random)
                        : script,
                setting);
    }

    /** The same with the load of another seed. */
    public Plan seeded(long otherSeed) {
        return new Plan(
                otherSeed,
                version,
                parallelism,
                checkpointMillis,
                streamsFirst,
                truncates,
                startMillis,
                script,
                setting);
    }

    /** The same in another setting. */
    public Plan in(Setting other) {
        return new Plan(
                seed,
                version,
                parallelism,
                checkpointMillis,
                streamsFirst,
                truncates,
                startMillis,
                script,
                other);
    }

    /** Whether ranges of values must be read in it: a server before 14 reads tables whole. */
    boolean readsRanges() {
        return setting.division().isByValues() && version >= 14;
    }

    private static boolean goesOn(Action action) {
        return action.consequence() instanceof Consequence.GoesOn;
    }

    /** With these steps, from when the pipeline has streamed for some checkpoints. */
    public static Plan of(long seed, int version, Step... steps) {
        return new Plan(
                seed,
                version,
                2,
                500,
                true,
                true,
                1_000,
                new Script(List.of(steps)),
                Setting.PLAIN);
    }
}
