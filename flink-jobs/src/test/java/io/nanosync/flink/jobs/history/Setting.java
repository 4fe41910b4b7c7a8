package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.history.load.Division;
import io.nanosync.flink.jobs.history.load.LoadTables;
import io.nanosync.flink.jobs.history.load.Published;
import io.nanosync.flink.jobs.history.nemesis.Action;
import io.nanosync.flink.jobs.history.nemesis.Alteration;
import io.nanosync.flink.jobs.history.nemesis.CatalogChange;
import io.nanosync.flink.jobs.history.nemesis.Consequence;
import io.nanosync.flink.jobs.history.nemesis.Fault;
import io.nanosync.flink.jobs.history.nemesis.Promotion;
import io.nanosync.flink.jobs.history.nemesis.ReadAgain;
import io.nanosync.flink.jobs.history.nemesis.SchemaDrift;
import io.nanosync.flink.jobs.history.nemesis.Script;
import io.nanosync.flink.jobs.history.nemesis.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * How a history begins. It is drawn apart from load and steps, which a seed has kept since there
 * was nothing to choose here.
 *
 * @param division how tables are divided for the snapshot
 * @param groundwork who makes publication and slot
 * @param published what the publication publishes; all of the tables unless it is made by hand
 * @param capture which tables the pipeline captures
 * @param readsAgain whether it is asked to read tables again
 * @param copies whether rows come by COPY too
 * @param delivery how transactions reach the sink
 * @param schemas whether the tables' schemas change
 * @param promotes whether there is a standby that may be promoted
 * @param opening what is done while the snapshot is being taken
 */
public record Setting(
        Division division,
        Groundwork groundwork,
        Published published,
        Capture capture,
        boolean readsAgain,
        boolean copies,
        Delivery delivery,
        Schemas schemas,
        boolean promotes,
        Script opening) {

    /** Tables are divided by blocks, the pipeline makes all it needs, and nothing disturbs it. */
    public static final Setting PLAIN =
            new Setting(Division.BY_BLOCKS, Groundwork.PIPELINE, new Script(List.of()));

    /** Seeds below it live the histories again that they lived when all were plain. */
    private static final long FIRST_SEED = 1_000;

    /** Seeds below it do so since publications published all of their tables. */
    private static final long FIRST_SEED_IN_PART = 20_000;

    /** Seeds below it do so since tables were captured all the time. */
    private static final long FIRST_SEED_WITH_ALTERATIONS = 40_000;

    /** Seeds below it do so since no table was read again. */
    private static final long FIRST_SEED_READING_AGAIN = 50_000;

    /** Seeds below it do so since no row came by COPY. */
    private static final long FIRST_SEED_WITH_COPY = 60_000;

    /** Seeds below it do so since transactions were delivered as they were read. */
    private static final long FIRST_SEED_WHOLE = 70_000;

    /** Seeds below it do so since schemas stayed as they were. */
    private static final long FIRST_SEED_WITH_DRIFT = 75_000;

    /** Seeds below it do so since there was one server. */
    private static final long FIRST_SEED_WITH_STANDBY = 80_000;

    /** From it on there is one again, and schemas change. */
    private static final long END_OF_SEEDS_WITH_STANDBY = 90_000;

    /** What a snapshot fears most is the end of its keeper. */
    private static final List<Action> FEARED =
            List.of(
                    Fault.END_KEEPER,
                    Fault.END_KEEPER,
                    Fault.END_KEEPER,
                    Fault.END_COPY,
                    Fault.END_COPY,
                    Fault.END_CONTROL,
                    Fault.FAIL_OPERATOR,
                    Fault.LOSE_TASK_MANAGER,
                    Fault.LOSE_JOB_MASTER,
                    Fault.DECLINE_CHECKPOINTS,
                    Fault.CRASH_SERVER,
                    Fault.STOP_AND_RESCALE,
                    Fault.CANCEL_AND_START);

    /** With all of the tables. */
    public Setting(Division division, Groundwork groundwork, Script opening) {
        this(division, groundwork, Published.WHOLE, opening);
    }

    /** With all of the tables all the time. */
    public Setting(Division division, Groundwork groundwork, Published published, Script opening) {
        this(
                division,
                groundwork,
                published,
                Capture.ALL,
                false,
                false,
                Delivery.AS_READ,
                Schemas.STAY,
                false,
                opening);
    }

    /** The same with tables that come and go. */
    public Setting with(Capture other) {
        return new Setting(
                division,
                groundwork,
                published,
                other,
                readsAgain,
                copies,
                delivery,
                schemas,
                promotes,
                opening);
    }

    /** The same with tables that are read again. */
    public Setting readingAgain() {
        return new Setting(
                division,
                groundwork,
                published,
                capture,
                true,
                copies,
                delivery,
                schemas,
                promotes,
                opening);
    }

    /** The same with transactions that are delivered so. */
    public Setting delivering(Delivery other) {
        return new Setting(
                division,
                groundwork,
                published,
                capture,
                readsAgain,
                copies,
                other,
                schemas,
                promotes,
                opening);
    }

    /** The same with schemas that change. */
    public Setting changing(Schemas other) {
        return new Setting(
                division,
                groundwork,
                published,
                capture,
                readsAgain,
                copies,
                delivery,
                other,
                promotes,
                opening);
    }

    /** The same with a standby that may be promoted. */
    public Setting promoting() {
        return new Setting(
                division,
                groundwork,
                published,
                capture,
                readsAgain,
                copies,
                delivery,
                schemas,
                true,
                opening);
    }

    /** Whether snapshots are taken beside a stream. */
    boolean readsBesideStream() {
        return capture.alters() || readsAgain;
    }

    /**
     * Draws it.
     *
     * @param version of the server
     */
    static Setting draw(long seed, int version) {
        if (seed < FIRST_SEED) {
            return PLAIN;
        }
        // Next to each other in a campaign, seeds must not begin alike.
        Random random = new Random(new SplittableRandom(seed).nextLong());
        boolean isDivided = random.nextInt(5) < 2;
        boolean alters = seed >= FIRST_SEED_WITH_ALTERATIONS;
        boolean copies = seed >= FIRST_SEED_WITH_COPY;
        boolean isInPart = copies ? random.nextBoolean() : seed >= FIRST_SEED_IN_PART && !alters;
        boolean isByHand = random.nextInt(5) < 2 || isInPart;
        Division division = isDivided ? Division.draw(random) : Division.BY_BLOCKS;
        Groundwork groundwork =
                !isByHand
                        ? Groundwork.PIPELINE
                        : random.nextBoolean()
                                ? Groundwork.PUBLICATION_FIRST
                                : Groundwork.SLOT_FIRST;
        List<Step> opening = new ArrayList<>();
        if (isDivided || isByHand) {
            for (int i = random.nextInt(4); i > 0; i--) {
                opening.add(Step.draw(random, FEARED));
            }
        }
        Published published =
                isInPart
                        ? Published.draw(random, version, isDivided)
                        : alters && isByHand
                                ? Published.drawWhole(random, version)
                                : Published.WHOLE;
        Capture capture = alters ? Capture.draw(random) : Capture.ALL;
        boolean readsAgain = seed >= FIRST_SEED_READING_AGAIN;
        if (readsAgain && random.nextInt(3) == 0) {
            capture = Capture.ALL;
        }
        // Apart, as what is drawn above must not depend on it.
        Random more = new Random(new SplittableRandom(~seed).nextLong());
        Delivery delivery = seed < FIRST_SEED_WHOLE ? Delivery.AS_READ : Delivery.draw(more);
        if (seed >= FIRST_SEED_WITH_STANDBY && seed < END_OF_SEEDS_WITH_STANDBY) {
            return new Setting(
                    division,
                    Groundwork.PIPELINE,
                    Published.WHOLE,
                    Capture.ALL,
                    false,
                    copies,
                    delivery,
                    Schemas.STAY,
                    true,
                    new Script(List.of()));
        }
        if (seed >= FIRST_SEED_WITH_DRIFT) {
            return new Setting(
                    division,
                    groundwork,
                    isByHand ? Published.drawWhole(more, version) : Published.WHOLE,
                    Capture.ALL,
                    false,
                    copies,
                    delivery,
                    Schemas.draw(more),
                    false,
                    new Script(opening));
        }
        return new Setting(
                division,
                groundwork,
                // A table that is added is published whole.
                capture.alters() ? published.of(capture.steady()) : published,
                capture,
                readsAgain,
                copies,
                delivery,
                Schemas.STAY,
                false,
                new Script(opening));
    }

    /**
     * Whether an action can be taken under the publication, and its consequence is the same as
     * where all of the tables is published and captured.
     */
    boolean allows(Action action) {
        if (action instanceof Alteration) {
            return capture.alters();
        }
        if (action instanceof ReadAgain) {
            return readsAgain && (action != ReadAgain.ALTER_AND_READ_AGAIN || capture.alters());
        }
        if (action instanceof Promotion) {
            return promotes;
        }
        if (action == Fault.RESTART_SERVER || action == Fault.CRASH_SERVER) {
            return !promotes;
        }
        if (action instanceof SchemaDrift) {
            return schemas.change();
        }
        if (!(action instanceof CatalogChange change)) {
            return true;
        }
        if ((schemas.change() || promotes)
                && !(action.consequence() instanceof Consequence.GoesOn)) {
            // Which of both would be met first?
            return false;
        }
        if (readsAgain && !(action.consequence() instanceof Consequence.GoesOn)) {
            // A table that is read again has no gap any more.
            return false;
        }
        return switch (change) {
            case UNPUBLISH_FOR_A_MOMENT ->
                    published.scope() == Published.Scope.TABLES
                            && capture.steady().contains(LoadTables.PLAIN);
            case PUBLISH_INSERTS_ONLY -> !published.insertsAlone();
            // Without updates no identity matters; and the server refuses them where it is without
            // what a row filter asks for.
            case PARTITION_WITHOUT_IDENTITY ->
                    !published.insertsAlone()
                            && !published.filters(LoadTables.DIVIDED)
                            && capture.steady().contains(LoadTables.DIVIDED);
            case RECREATE_TABLE, SWAP_TABLE -> capture.steady().contains(LoadTables.PLAIN);
            case RECREATE_PUBLICATION,
                            PARTITION_WITH_IDENTITY,
                            RENAME_AND_BACK,
                            PUBLISH_ANOTHER_TABLE ->
                    true;
        };
    }

    @Override
    public String toString() {
        return division
                + ", "
                + groundwork
                + (published.equals(Published.WHOLE) ? "" : " (" + published + ")")
                + (capture.alters() ? ", " + capture : "")
                + (readsAgain ? ", reads tables again" : "")
                + (copies ? ", copies" : "")
                + (delivery.isWhole() ? ", " + delivery : "")
                + (schemas.change() ? ", schemas " + schemas : "")
                + (promotes ? ", with a standby" : "")
                + ", "
                + opening.steps().size()
                + " steps at once";
    }
}
