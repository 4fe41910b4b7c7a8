package io.nanosync.flink.jobs.cli;

import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.local.LocalRun;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.pg.testing.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.clusterframework.ApplicationStatus;

/**
 * Runs the pipelines of a file in a process that dies when the first has succeeded and Flink has
 * removed its checkpoints.
 */
final class HaltingRun {

    static final int HALTED = 42;

    private HaltingRun() {}

    public static void main(String[] arguments) throws Exception {
        List<Pipeline> pipelines = PipelinesFile.read(Path.of(arguments[0]), Map.of()).pipelines();
        LocalRun.Listener listener =
                new LocalRun.Listener() {
                    @Override
                    public void started(Pipeline pipeline, Optional<RetainedState> from) {}

                    @Override
                    public void ended(LocalRun.Ending ending) {
                        Await.until(
                                "the checkpoints are gone",
                                () -> RetainedState.newest(ending.pipeline()).isEmpty());
                        Runtime.getRuntime()
                                .halt(ending.status() == ApplicationStatus.SUCCEEDED ? HALTED : 1);
                    }

                    @Override
                    public void stopping() {}
                };
        try (LocalRun run = LocalRun.start(pipelines, new CompletableFuture<>())) {
            for (Pipeline pipeline : pipelines) {
                run.add(pipeline, listener);
            }
            run.await(listener);
        }
    }
}
