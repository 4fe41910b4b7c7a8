package io.nanosync.flink.jobs.cluster;

import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
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

    /** Asks where a pipeline runs. */
    static Whereabouts of(Pipeline pipeline) throws IOException, InterruptedException {
        Optional<JobRecord> read = JobRecord.read(pipeline.stateDir());
        return read.isEmpty() ? new Nowhere() : of(read.get());
    }

    private static Whereabouts of(JobRecord record) throws InterruptedException {
        JobRecord.LocalProcess process = record.process();
        if (record.isOfAnotherMachine()) {
            return new Unknown(record, start(record) + ", which can be asked there alone");
        }
        RunningCluster cluster = new RunningCluster(record.rest());
        try {
            Optional<ClusterJob> job = cluster.job(record.job());
            if (job.isEmpty()) {
                return new Forgotten(record);
            }
            return job.get().isOver()
                    ? new Over(record, cluster, job.get())
                    : new Running(record, cluster, job.get());
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
