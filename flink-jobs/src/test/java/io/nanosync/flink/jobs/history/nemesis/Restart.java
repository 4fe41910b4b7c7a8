package io.nanosync.flink.jobs.history.nemesis;

import io.nanosync.flink.jobs.history.job.HistoryJob;
import java.util.Random;

/** One job after the other, at another parallelism. */
final class Restart {

    private Restart() {}

    /** As a user does who deploys a new version. A savepoint that fails leaves the job running. */
    static Action.Ending withSavepoint(Target target, Random draws) throws Exception {
        if (!target.job().stopWithSavepoint()) {
            target.journal().note("    no savepoint");
        }
        return start(target, 1 + draws.nextInt(HistoryJob.MOST_SUBTASKS));
    }

    /** As after the process was killed. */
    static Action.Ending fromCheckpoint(Target target, Random draws) throws Exception {
        target.job().cancel();
        return start(target, 1 + draws.nextInt(HistoryJob.MOST_SUBTASKS));
    }

    /** Starts it some time later. */
    static Action.Ending start(Target target, int parallelism) {
        return () -> {
            target.job().start(parallelism);
            target.journal().note("    runs, where stopped at parallelism " + parallelism);
        };
    }
}
