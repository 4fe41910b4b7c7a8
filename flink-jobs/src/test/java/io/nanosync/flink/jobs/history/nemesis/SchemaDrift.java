package io.nanosync.flink.jobs.history.nemesis;

import io.nanosync.flink.jobs.history.AlteredSchemas;
import io.nanosync.flink.jobs.history.AlteredSchemas.Alteration;
import io.nanosync.flink.jobs.history.Pause;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Somebody alters captured tables while others write them. */
public enum SchemaDrift implements Action {
    /** One or some, one behind the other. */
    ALTER_SCHEMA {
        @Override
        public Ending begin(Target target, Random draws) {
            for (int i = draws.nextInt(3); i >= 0; i--) {
                alter(target, draws);
                Pause.millis(draws.nextInt(300));
            }
            return Ending.NONE;
        }
    },
    /** Some in one transaction, which changes rows between. */
    ALTER_IN_A_TRANSACTION {
        @Override
        public Ending begin(Target target, Random draws) {
            List<Alteration> alterations = new ArrayList<>();
            List<QualifiedName> altered = new ArrayList<>();
            for (int i = draws.nextInt(3); i >= 0; i--) {
                QualifiedName table = AlteredSchemas.table(draws);
                alterations.add(AlteredSchemas.touch(table, draws));
                if (!altered.contains(table)) {
                    altered.add(table);
                    alterations.add(target.schemas().draw(table, draws));
                    alterations.add(AlteredSchemas.touch(table, draws));
                }
            }
            target.schemas().apply(alterations);
            return Ending.NONE;
        }
    },
    /** At once, or when the pipeline waits for it. */
    ALTER_AND_UNDO {
        @Override
        public Ending begin(Target target, Random draws) {
            @Nullable Alteration alteration = alter(target, draws);
            @Nullable Alteration undone = alteration == null ? null : alteration.undone();
            if (undone != null) {
                if (draws.nextBoolean()) {
                    touch(target, undone.table(), draws);
                    target.reviewer().awaitPaused();
                } else {
                    Pause.millis(draws.nextInt(400));
                }
                target.schemas().apply(List.of(undone));
                touch(target, undone.table(), draws);
            }
            return Ending.NONE;
        }
    },
    /** The pipeline is stopped while it waits. */
    ALTER_AND_RESTART {
        @Override
        public Ending begin(Target target, Random draws) throws Exception {
            awaitPaused(target, draws);
            return draws.nextBoolean()
                    ? Restart.withSavepoint(target, draws)
                    : Restart.fromCheckpoint(target, draws);
        }
    },
    /** The schema is accepted, and the job fails before or behind the next checkpoint. */
    ALTER_ACCEPT_AND_FAIL {
        @Override
        public Ending begin(Target target, Random draws) throws Exception {
            awaitPaused(target, draws);
            boolean declines = draws.nextBoolean();
            if (declines) {
                target.job().faults().declineCheckpoints(true);
            }
            if (!target.reviewer().acceptAtOnce()) {
                target.journal().note("    nothing to accept");
            }
            Pause.millis(draws.nextInt(4_000));
            Fault fault = CRASHES.get(draws.nextInt(CRASHES.size()));
            target.journal().note("    " + fault);
            Ending restart = fault.begin(target, draws);
            return () -> {
                target.job().faults().declineCheckpoints(false);
                restart.end();
            };
        }
    },
    /** A schema isn't accepted as long as the step lasts, altered once more or undone meanwhile. */
    REFUSE_FOR_A_WHILE {
        @Override
        public Ending begin(Target target, Random draws) throws Exception {
            target.reviewer().postpone();
            @Nullable Alteration alteration = awaitPaused(target, draws);
            @Nullable Alteration undone = alteration == null ? null : alteration.undone();
            if (undone != null && draws.nextBoolean()) {
                target.schemas().apply(List.of(undone));
                touch(target, undone.table(), draws);
            } else if (draws.nextBoolean()) {
                alter(target, draws);
            }
            Ending restart =
                    draws.nextInt(3) == 0 ? Restart.fromCheckpoint(target, draws) : Ending.NONE;
            return () -> {
                restart.end();
                target.reviewer().reviewAgain();
            };
        }
    },
    /** A schema is never accepted. */
    REFUSE_SCHEMA {
        @Override
        public Consequence consequence() {
            return new Consequence.StandsStill();
        }

        @Override
        public Ending begin(Target target, Random draws) throws Exception {
            boolean restarts = draws.nextBoolean();
            target.reviewer().refuse();
            awaitPaused(target, draws);
            return restarts ? Restart.fromCheckpoint(target, draws) : Ending.NONE;
        }
    };

    private static final List<Fault> CRASHES =
            List.of(
                    Fault.FAIL_OPERATOR,
                    Fault.LOSE_TASK_MANAGER,
                    Fault.LOSE_JOB_MASTER,
                    Fault.CANCEL_AND_START,
                    Fault.END_WALSENDER,
                    Fault.CRASH_SERVER);

    @Override
    public Consequence consequence() {
        return new Consequence.GoesOn();
    }

    private static @Nullable Alteration alter(Target target, Random draws) {
        Alteration alteration = target.schemas().draw(AlteredSchemas.table(draws), draws);
        return target.schemas().apply(List.of(alteration)) ? alteration : null;
    }

    private static void touch(Target target, QualifiedName table, Random draws) {
        target.schemas().apply(List.of(AlteredSchemas.touch(table, draws)));
    }

    private static @Nullable Alteration awaitPaused(Target target, Random draws) {
        @Nullable Alteration alteration = alter(target, draws);
        if (alteration != null) {
            touch(target, alteration.table(), draws);
            target.reviewer().awaitPaused();
        }
        return alteration;
    }
}
