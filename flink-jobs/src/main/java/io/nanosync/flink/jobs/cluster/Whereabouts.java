package io.nanosync.flink.jobs.cluster;

import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * Where a pipeline runs. Its record only says where it was started last, so its cluster is asked.
 */
public sealed interface Whereabouts {

    /** It was never started with this state folder, or was stopped. */
    record Nowhere() implements Whereabouts {}

    /** It runs, or its cluster tries to. */
    record Running(JobRecord record, RunningCluster cluster, ClusterJob job)
            implements Whereabouts {}

    /** Its job has ended for good. */
    record Over(JobRecord record, RunningCluster cluster, ClusterJob job) implements Whereabouts {}

    /** Its cluster doesn't know the job any more: it was started anew, or another is there now. */
    record Forgotten(JobRecord record) implements Whereabouts {}

    /**
     * Nobody can say.
     *
     * @param reason why its cluster can't be asked
     */
    record Unknown(JobRecord record, String reason) implements Whereabouts {}

    /**
     * What says where it was started last can't be read, so nobody can say either.
     *
     * @param reason why not
     */
    record Unreadable(String reason) implements Whereabouts {}

    /** Whether somebody can say where it runs, or that it doesn't. */
    default boolean isKnown() {
        return !(this instanceof Unknown || this instanceof Unreadable);
    }

    /** Asks where a pipeline runs. */
    static Whereabouts of(Pipeline pipeline) throws IOException, InterruptedException {
        Optional<JobRecord> read = JobRecord.read(pipeline.stateDir());
        return read.isEmpty() ? new Nowhere() : of(read.get());
    }

    /**
     * Asks this cluster, whatever address was written down: for the job that was started last, else
     * for one of the pipeline's name that has its source and its state folder.
     *
     * @throws ClusterException when it can't be asked, or has several
     */
    static Whereabouts at(URI rest, Pipeline pipeline) throws IOException, InterruptedException {
        RunningCluster cluster = new RunningCluster(rest);
        Optional<JobRecord> read = JobRecord.read(pipeline.stateDir());
        Whereabouts recorded = read.isEmpty() ? new Nowhere() : at(cluster, read.get().at(rest));
        if (recorded instanceof Running) {
            return recorded;
        }
        Optional<RunningCluster.Named> named = cluster.named(pipeline.name(), pipeline.stateDir());
        return named.isEmpty()
                ? recorded
                : at(cluster, new JobRecord(rest, named.get().id(), named.get().started(), null));
    }

    private static Whereabouts at(RunningCluster cluster, JobRecord record)
            throws ClusterException, InterruptedException {
        Optional<ClusterJob> job = cluster.job(record.job());
        if (job.isEmpty()) {
            return new Forgotten(record);
        }
        return job.get().isOver()
                ? new Over(record, cluster, job.get())
                : new Running(record, cluster, job.get());
    }

    private static Whereabouts of(JobRecord record) throws InterruptedException {
        JobRecord.LocalProcess process = record.process();
        if (record.isOfAnotherMachine()) {
            return new Unknown(record, start(record) + ", which can be asked there alone");
        }
        try {
            return at(new RunningCluster(record.rest()), record);
        } catch (ClusterException e) {
            if (process != null && ProcessHandle.of(process.pid()).isEmpty()) {
                return new Forgotten(record);
            }
            return new Unknown(record, String.valueOf(e.getMessage()));
        }
    }

    private static String start(JobRecord record) {
        JobRecord.LocalProcess process = record.process();
        return process == null
                ? "it was submitted to " + record.rest() + " by " + record.host()
                : "it was started as process " + process.pid() + " of " + process.host();
    }
}
