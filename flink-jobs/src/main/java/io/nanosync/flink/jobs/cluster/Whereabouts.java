package io.nanosync.flink.jobs.cluster;

import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a pipeline runs. Its record only says where it was started last, so its cluster is asked.
 */
public sealed interface Whereabouts {

    /** It was never started with this state folder, or was stopped. */
    record Nowhere() implements Whereabouts {}

    /**
     * It runs, or its cluster tries to.
     *
     * @param doubt why nobody can say that the job is of this state folder; null where it is, or
     *     has no checkpoint yet
     */
    record Running(JobRecord record, RunningCluster cluster, ClusterJob job, @Nullable String doubt)
            implements Whereabouts {}

    /**
     * Its record names a job that runs, but with another state folder: the record was copied with
     * its folder, or the folder has two names.
     *
     * @param folder of the job's newest checkpoint, or the one that the record was written into
     */
    record OfAnother(JobRecord record, String folder) implements Whereabouts {}

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
        return read.isEmpty() ? new Nowhere() : of(read.get(), pipeline.stateDir());
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
        String stateDir = pipeline.stateDir();
        Whereabouts recorded =
                read.isEmpty() ? new Nowhere() : at(cluster, read.get().at(rest), stateDir);
        if (recorded instanceof Running) {
            return recorded;
        }
        Optional<RunningCluster.Named> named = cluster.named(pipeline.name(), stateDir);
        return named.isEmpty()
                ? recorded
                : at(
                        cluster,
                        new JobRecord(rest, named.get().id(), named.get().started(), null),
                        stateDir);
    }

    private static Whereabouts at(RunningCluster cluster, JobRecord record, String stateDir)
            throws ClusterException, InterruptedException {
        Optional<ClusterJob> job = cluster.job(record.job());
        if (job.isEmpty()) {
            return new Forgotten(record);
        }
        if (job.get().isOver()) {
            return new Over(record, cluster, job.get());
        }
        try {
            Optional<RunningCluster.Checkpoint> newest = cluster.newestCheckpoint(record.job());
            // Before the first checkpoint there is what was written down.
            String own = newest.isPresent() ? newest.get().folder() : record.stateDir();
            return own != null && !RunningCluster.isWithin(own, stateDir)
                    ? new OfAnother(record, own)
                    : new Running(record, cluster, job.get(), null);
        } catch (ClusterException e) {
            return new Running(record, cluster, job.get(), String.valueOf(e.getMessage()));
        }
    }

    private static Whereabouts of(JobRecord record, String stateDir) throws InterruptedException {
        JobRecord.LocalProcess process = record.process();
        if (record.isOfAnotherMachine()) {
            return new Unknown(record, start(record) + ", which can be asked there alone");
        }
        try {
            return at(new RunningCluster(record.rest()), record, stateDir);
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
