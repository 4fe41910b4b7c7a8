package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.local.FinishedMark;
import io.nanosync.flink.jobs.local.LocalRun;
import io.nanosync.flink.jobs.local.MarksEnd;
import io.nanosync.flink.jobs.local.progress.ProgressDisplay;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.flink.runtime.clusterframework.ApplicationStatus;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the user what becomes of the pipelines of a run. */
final class Report implements LocalRun.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Report.class);

    private final ProgressDisplay display;
    private final Path log;
    private final boolean showsStackTraces;

    /**
     * @param log where the details are
     * @param showsStackTraces whether they are to be on the terminal, too
     */
    Report(ProgressDisplay display, Path log, boolean showsStackTraces) {
        this.display = display;
        this.log = log;
        this.showsStackTraces = showsStackTraces;
    }

    /** 0 unless a pipeline failed, or nobody knows how it ended. */
    static int exitCode(List<LocalRun.Ending> endings) {
        return endings.stream()
                        .map(LocalRun.Ending::status)
                        .allMatch(
                                status ->
                                        status == ApplicationStatus.SUCCEEDED
                                                || status == ApplicationStatus.CANCELED)
                ? 0
                : 1;
    }

    @Override
    public void started(Pipeline pipeline, Optional<RetainedState> from) {
        say(pipeline.name() + ": " + origin(from));
    }

    /** In words, where a pipeline begins. */
    static String origin(Optional<RetainedState> from) {
        return from.map(
                        state ->
                                (state.savepoint() ? "savepoint" : "checkpoint")
                                        + " "
                                        + state.checkpointId())
                .map(state -> "goes on from " + state)
                .orElse("begins");
    }

    @Override
    public void stopping() {
        say("stopping with a last checkpoint");
    }

    @Override
    public void ended(LocalRun.Ending ending) {
        String name = ending.pipeline().name();
        display.ended(name);
        switch (ending.status()) {
            case SUCCEEDED -> say(name + ": " + end(ending.pipeline()));
            case CANCELED -> say(name + ": stopped; the same command goes on from here");
            case FAILED, UNKNOWN -> failed(name, ending.failure());
        }
    }

    private void failed(String name, @Nullable Throwable failure) {
        LOG.error("Pipeline {} failed", name, failure);
        String reason = failure == null ? "no reason given" : FailureMessage.of(failure);
        say("nanosync: pipeline " + name + " failed: " + reason + "\n  Details: " + log);
        if (showsStackTraces && failure != null) {
            say(ExceptionUtils.stringifyException(failure).strip());
        }
    }

    private static String end(Pipeline pipeline) {
        return pipeline.isBounded() && MarksEnd.sawTheEndOf(pipeline)
                ? "finished" + mark(pipeline)
                : "stopped before everything was read; the same command goes on from here";
    }

    private static String mark(Pipeline pipeline) {
        FinishedMark mark = new FinishedMark(pipeline);
        try {
            if (mark.read().isEmpty()) {
                mark.write();
            }
            return "";
        } catch (IOException e) {
            LOG.error("Cannot write {}", mark, e);
            return ", but " + mark + " can't be written, so a next run reads everything again";
        }
    }

    void say(String line) {
        display.say(line);
    }
}
