package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Publication and slot, where somebody made them for a pipeline: it may drop neither. */
final class HandMade {

    private static final int PAUSE_MILLIS = 2_000;

    private final TestDatabase database;
    private final Pipeline pipeline;

    /** What there was at first: OID of the publication, position of the slot; else nothing. */
    private final List<String> made;

    private final BooleanSupplier publicationMayChange;
    private final BooleanSupplier slotMayMove;
    private final List<String> violations = new ArrayList<>();

    private HandMade(
            TestDatabase database,
            Pipeline pipeline,
            boolean isByHand,
            BooleanSupplier publicationMayChange,
            BooleanSupplier slotMayMove) {
        this.database = database;
        this.pipeline = pipeline;
        this.made = isByHand ? found() : List.of();
        this.publicationMayChange = publicationMayChange;
        this.slotMayMove = slotMayMove;
    }

    /**
     * Makes both, one after the other, and leaves some time behind each; or makes nothing.
     *
     * @param publicationMayChange whether somebody else may have made it anew
     * @param slotMayMove whether the pipeline has begun to stream
     */
    static HandMade make(
            Setting setting,
            TestDatabase database,
            Pipeline pipeline,
            Random draws,
            BooleanSupplier publicationMayChange,
            BooleanSupplier slotMayMove) {
        boolean isByHand = setting.groundwork().isByHand();
        if (isByHand) {
            make(setting, database, pipeline, draws);
        }
        return new HandMade(database, pipeline, isByHand, publicationMayChange, slotMayMove);
    }

    private static void make(
            Setting setting, TestDatabase database, Pipeline pipeline, Random draws) {
        List<String> steps = new ArrayList<>();
        steps.add(setting.published().sql(pipeline.publication(), setting.capture().first()));
        steps.add(
                setting.groundwork() == Groundwork.SLOT_FIRST ? 0 : 1,
                "SELECT pg_create_logical_replication_slot('%s', 'pgoutput')"
                        .formatted(pipeline.slot()));
        for (String step : steps) {
            database.execute(step);
            Pause.millis(draws.nextInt(PAUSE_MILLIS));
        }
    }

    /** Looks at both, when the server is there. */
    synchronized void look() {
        if (made.isEmpty()) {
            return;
        }
        List<String> now;
        try {
            now = found();
        } catch (AssertionError serverIsAway) {
            return;
        }
        if (!now.get(0).equals(made.get(0)) && !publicationMayChange.getAsBoolean()) {
            violations.add(
                    "the publication made by hand, OID " + made.get(0) + ", is " + now.get(0));
        }
        if (now.get(1).equals("gone")
                || (!now.get(1).equals(made.get(1)) && !slotMayMove.getAsBoolean())) {
            violations.add("the slot made by hand at " + made.get(1) + " is " + now.get(1));
        }
    }

    private List<String> found() {
        return List.of(
                database.queryString(
                        "SELECT coalesce(min(oid::text), 'gone') FROM pg_publication WHERE pubname"
                                + " = '"
                                + pipeline.publication()
                                + "'"),
                database.queryString(
                        "SELECT coalesce(min(confirmed_flush_lsn::text), 'gone') FROM"
                                + " pg_replication_slots WHERE slot_name = '"
                                + pipeline.slot()
                                + "'"));
    }

    /** What the pipeline dropped or took for its own. */
    synchronized List<String> violations() {
        return List.copyOf(violations);
    }
}
