package io.nanosync.flink.jobs.history.nemesis;

import io.nanosync.flink.jobs.history.ReadRequests;
import io.nanosync.flink.jobs.history.job.HistoryJob;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/** Somebody asks for tables to be read again. */
public enum ReadAgain implements Action {
    /** Whatever the pipeline is at. */
    READ_AGAIN {
        @Override
        public Ending begin(Target target, Random draws) throws Exception {
            Random tables = new Random(draws.nextLong());
            List<QualifiedName> first = target.requests().draw(tables);
            target.requests().ask(first);
            switch (tables.nextInt(4)) {
                case 0 -> target.requests().ask(target.requests().draw(tables));
                case 1 -> {
                    target.requests().awaitReading();
                    target.requests().ask(first.subList(0, 1));
                }
                default -> {
                    // One is enough.
                }
            }
            return Ending.NONE;
        }
    },
    /** Of a pipeline that is stopped meanwhile. */
    READ_AGAIN_AT_START {
        @Override
        public Ending begin(Target target, Random draws) throws Exception {
            return stopped(target, draws, (tables, drawn) -> ask(target.requests(), drawn));
        }
    },
    /** Of one that is stopped, and started with other tables. */
    ALTER_AND_READ_AGAIN {
        @Override
        public Ending begin(Target target, Random draws) throws Exception {
            boolean asksFirst = draws.nextBoolean();
            return stopped(
                    target,
                    draws,
                    (tables, drawn) -> {
                        if (asksFirst) {
                            ask(target.requests(), drawn);
                        }
                        target.tables().alter(tables);
                        if (!asksFirst) {
                            ask(target.requests(), drawn);
                        }
                    });
        }
    };

    @Override
    public Consequence consequence() {
        return new Consequence.GoesOn();
    }

    /** What is done to a pipeline that is stopped. */
    @FunctionalInterface
    private interface WhileStopped {
        void run(Random tables, Random drawn) throws Exception;
    }

    private static Action.Ending stopped(Target target, Random draws, WhileStopped then)
            throws Exception {
        boolean waits = draws.nextInt(3) > 0;
        Alteration stop =
                draws.nextBoolean()
                        ? Alteration.ALTER_AT_SAVEPOINT
                        : Alteration.ALTER_AT_CHECKPOINT;
        int parallelism = 1 + draws.nextInt(HistoryJob.MOST_SUBTASKS);
        Random tables = new Random(draws.nextLong());
        Random drawn = new Random(draws.nextLong());
        if (waits) {
            target.tables().awaitStream();
        }
        stop.stop(target);
        if (!target.job().isStopped()) {
            target.journal().note("    the job has ended");
            return Action.Ending.NONE;
        }
        then.run(tables, drawn);
        return Restart.start(target, parallelism);
    }

    private static void ask(ReadRequests requests, Random drawn) throws IOException {
        requests.ask(requests.draw(drawn));
        if (drawn.nextInt(4) == 0) {
            requests.ask(requests.draw(drawn));
        }
    }
}
