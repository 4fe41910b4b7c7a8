package io.nanosync.flink.jobs.history.nemesis;

import io.nanosync.flink.jobs.history.job.HistoryJob;
import java.util.Random;

/**
 * The pipeline is stopped, and started again with other tables. While the server can't add tables,
 * or the pipeline hasn't begun to stream, as much of it as can be.
 */
public enum Alteration implements Action {
    ALTER_AT_SAVEPOINT {
        @Override
        void stop(Target target) throws Exception {
            if (!target.job().stopWithSavepoint()) {
                target.journal().note("    no savepoint");
                target.job().cancel();
            }
        }
    },
    ALTER_AT_CHECKPOINT {
        @Override
        void stop(Target target) throws Exception {
            target.job().cancel();
        }
    };

    abstract void stop(Target target) throws Exception;

    @Override
    public Consequence consequence() {
        return new Consequence.GoesOn();
    }

    @Override
    public Ending begin(Target target, Random draws) throws Exception {
        boolean waits = draws.nextInt(3) > 0;
        int parallelism = 1 + draws.nextInt(HistoryJob.MOST_SUBTASKS);
        Random tables = new Random(draws.nextLong());
        if (waits) {
            target.tables().awaitStream();
        }
        stop(target);
        if (!target.job().isStopped()) {
            target.journal().note("    the job has ended");
            return Ending.NONE;
        }
        target.tables().alter(tables);
        return Restart.start(target, parallelism);
    }
}
