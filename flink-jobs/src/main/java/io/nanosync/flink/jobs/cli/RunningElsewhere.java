package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.RunningCluster;
import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.PgSource;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a pipeline from being started beside its job: the second one would take over checkpoints
 * that the first still needs, and its record.
 */
final class RunningElsewhere {

    /** As long as the server may take to see that a job has been stopped. */
    private static final Duration LINGERING = Duration.ofSeconds(5);

    private RunningElsewhere() {}

    /**
     * Asks where the pipeline was started last.
     *
     * @return where it doesn't run, as far as anybody can say
     * @throws CommandException when it runs there
     */
    static Whereabouts refuse(Pipeline pipeline)
            throws CommandException, IOException, InterruptedException {
        return refuseAllBut("", pipeline);
    }

    /**
     * The same unless what runs is this very job, which its cluster starts again.
     *
     * @param job an id; empty for none
     */
    static Whereabouts refuseAllBut(String job, Pipeline pipeline)
            throws CommandException, IOException, InterruptedException {
        Whereabouts where = Whereabouts.of(pipeline);
        refuse(job, pipeline, where);
        return where;
    }

    /**
     * The same of what was found out already.
     *
     * @throws CommandException when it runs there
     */
    static void refuse(Pipeline pipeline, Whereabouts where) throws CommandException {
        refuse("", pipeline, where);
    }

    private static void refuse(String job, Pipeline pipeline, Whereabouts where)
            throws CommandException {
        if (where instanceof Whereabouts.Running running && !running.record().job().equals(job)) {
            throw new CommandException(
                    "Pipeline "
                            + pipeline.name()
                            + " runs already: "
                            + place(running.record())
                            + ". Stop it first: "
                            + remedy(pipeline, running.record()));
        }
        if (where instanceof Whereabouts.OfAnother other && !other.record().job().equals(job)) {
            throw new CommandException(
                    "job.json in "
                            + pipeline.stateDir()
                            + " is of "
                            + place(other.record())
                            + ", which runs and keeps its state in "
                            + other.folder()
                            + ". If this folder was copied from there, remove job.json here. If"
                            + " both are one folder, name it in state_dir as that job does");
        }
    }

    /**
     * Refuses to start a bounded pipeline of whose job on a cluster nobody knows: it holds no lock
     * on the server, and all rows would come twice.
     */
    static void refuseUntold(Pipeline pipeline, Whereabouts where) throws CommandException {
        if (pipeline.isBounded()
                && where instanceof Whereabouts.Unknown unknown
                && unknown.record().process() == null) {
            throw untold(pipeline, unknown, "and its rows would come twice", "");
        }
    }

    /**
     * Nobody knows whether a bounded pipeline's job runs.
     *
     * @param consequence what would be if it did
     * @param remark what was left, and what else helps; empty for nothing
     */
    static CommandException untold(
            Pipeline pipeline, Whereabouts.Unknown where, String consequence, String remark) {
        return new CommandException(
                "Nobody can say whether job "
                        + where.record().job()
                        + " of pipeline "
                        + pipeline.name()
                        + " runs, "
                        + consequence
                        + ": "
                        + where.reason()
                        + ". "
                        + remark
                        + "When you know that it doesn't run, remove job.json in "
                        + pipeline.stateDir()
                        + " first");
    }

    private static String place(JobRecord record) {
        JobRecord.LocalProcess process = record.process();
        return "job "
                + record.job()
                + " of "
                + (process == null
                        ? record.rest()
                        : "process " + process.pid() + " of this machine");
    }

    private static String remedy(Pipeline pipeline, JobRecord record) {
        JobRecord.LocalProcess process = record.process();
        return process == null
                ? "nanosync stop pipeline "
                        + pipeline.name()
                        + " -f FILE, with the file of that one"
                : "kill " + process.pid();
    }

    /**
     * Asks the server whether a job of the pipeline holds its lock, as each does from its beginning
     * on: for jobs that no record tells of. A session that the pipeline's next job would end is no
     * such job.
     *
     * @throws CommandException when one does
     */
    static void refuseLocked(Pipeline pipeline)
            throws CommandException, PgException, InterruptedException {
        String holder = lasting(pipeline, PgSource::lockHolder);
        if (holder != null) {
            throw elsewhere(
                    pipeline,
                    "is locked by " + holder,
                    ". A job that failed or was cancelled within its snapshot keeps the lock for"
                            + " three minutes, and the session of a machine that is gone ends by"
                            + " itself: then try again");
        }
    }

    /**
     * Asks the server whether somebody streams, for a job whose JobManager is gone.
     *
     * @throws CommandException when somebody does
     */
    static void refuseStreamed(Pipeline pipeline)
            throws CommandException, PgException, InterruptedException {
        Integer walsender = lasting(pipeline, RunningElsewhere::walsender);
        if (walsender != null) {
            throw elsewhere(pipeline, "is streamed by process " + walsender, "");
        }
    }

    /** The server process that streams from the slot; null when there is none. */
    private static @Nullable Integer walsender(SourceConfig config) throws PgException {
        SlotState slot = PgSource.slot(config);
        return slot == null ? null : slot.activePid();
    }

    private static CommandException elsewhere(Pipeline pipeline, String sign, String remark) {
        return new CommandException(
                "Pipeline "
                        + pipeline.name()
                        + " runs already, somewhere else: its slot "
                        + pipeline.slot()
                        + " "
                        + sign
                        + " of "
                        + pipeline.connection().address()
                        + ". Stop it there first"
                        + remark);
    }

    /** A question about a pipeline's slot. */
    @FunctionalInterface
    private interface Question<T> {
        @Nullable T ask(SourceConfig config) throws PgException;
    }

    /** The answer that stays when the server has had time to see that a job has been stopped. */
    private static <T> @Nullable T lasting(Pipeline pipeline, Question<T> question)
            throws PgException, InterruptedException {
        if (pipeline.isBounded()) {
            return null;
        }
        SourceConfig config = pipeline.source();
        long deadline = System.nanoTime() + LINGERING.toNanos();
        T answer = question.ask(config);
        while (answer != null && System.nanoTime() < deadline) {
            RunningCluster.pause();
            answer = question.ask(config);
        }
        return answer;
    }
}
