package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.cluster.ClusterException;
import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.local.progress.Phase;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.util.Locale;
import java.util.OptionalDouble;
import org.apache.flink.api.common.JobStatus;
import org.jspecify.annotations.Nullable;

/** Where a pipeline runs, in words. */
final class WhereText {

    private WhereText() {}

    /**
     * One line.
     *
     * @param phase of one that runs
     */
    static String of(Whereabouts where, @Nullable String phase) {
        if (where instanceof Whereabouts.Running running) {
            return phase + "  " + place(running.record());
        }
        if (where instanceof Whereabouts.OfAnother other) {
            return "not running: job.json is of "
                    + place(other.record())
                    + ", which keeps its state in "
                    + other.folder();
        }
        if (where instanceof Whereabouts.Over over) {
            return "not running: job "
                    + over.record().job()
                    + " "
                    + over.job().state().toString().toLowerCase(Locale.ROOT);
        }
        if (where instanceof Whereabouts.Forgotten forgotten) {
            return "not running: job " + forgotten.record().job() + " is gone";
        }
        if (where instanceof Whereabouts.Unknown unknown) {
            return "unknown: " + unknown.reason();
        }
        if (where instanceof Whereabouts.Unreadable unreadable) {
            return "unknown: " + unreadable.reason();
        }
        return "not running";
    }

    private static String place(JobRecord record) {
        JobRecord.LocalProcess process = record.process();
        return process == null
                ? "job " + record.job() + " on " + record.rest()
                : "process " + process.pid() + " of this machine";
    }

    /** What a pipeline does; the job's state where that doesn't run undisturbed. */
    static String phase(Whereabouts.Running running) throws ClusterException, InterruptedException {
        if (running.job().state() != JobStatus.RUNNING) {
            return running.job().state().toString().toLowerCase(Locale.ROOT);
        }
        OptionalDouble phase =
                running.cluster()
                        .metrics(running.record().job(), running.job())
                        .ofJobManager(SourceMetric.PHASE);
        return phase.isPresent() ? Phase.of(phase.getAsDouble()).text() : "starting";
    }
}
