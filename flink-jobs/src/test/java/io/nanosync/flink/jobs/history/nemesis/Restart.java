package io.nanosync.flink.jobs.history.nemesis;

import io.nanosync.flink.jobs.history.job.HistoryJob;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** One job after the other, at another parallelism. */
final class Restart {

    private Restart() {}

    /** As a user does who deploys a new version. A savepoint that fails leaves the job running. */
    static void withSavepoint(Target target, Random draws) throws Exception {
        int parallelism = 1 + draws.nextInt(HistoryJob.MOST_SUBTASKS);
        try {
            target.job().stopWithSavepoint();
        } catch (ExecutionException | TimeoutException e) {
            target.journal().note("    no savepoint: " + e.getMessage());
            if (target.job().ended().isEmpty()) {
                return;
            }
        }
        start(target, parallelism);
    }

    /** As after the process was killed. */
    static void fromCheckpoint(Target target, Random draws) throws Exception {
        target.job().cancel();
        start(target, 1 + draws.nextInt(HistoryJob.MOST_SUBTASKS));
    }

    private static void start(Target target, int parallelism) throws Exception {
        target.job().start(parallelism);
        target.journal().note("    started at parallelism " + parallelism);
    }
}
