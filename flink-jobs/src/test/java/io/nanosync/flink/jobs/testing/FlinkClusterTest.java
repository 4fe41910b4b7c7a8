package io.nanosync.flink.jobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FlinkCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
@Tag("packaged")
@Timeout(300)
class FlinkClusterTest {

    @TempDir Path folder;

    @Test
    void survivesADeadTaskManagerAndResumesFromASavepointAtAnotherParallelism() throws IOException {
        Path written;
        try (FlinkCluster cluster = FlinkCluster.builder().taskManagers(2).start()) {
            written = cluster.folder();
            String job = run(cluster).parallelism(2).run();
            cluster.awaitRunning(job);
            cluster.awaitCheckpoints(job, 2);
            assertThat(cluster.newestCheckpoint(job)).startsWith("file:" + written);

            cluster.killTaskManager(0);
            cluster.startTaskManager();
            Await.until("the job went back to a checkpoint", () -> cluster.restores(job) > 0);
            cluster.awaitRunning(job);
            cluster.awaitCheckpoints(job, 1);

            assertThat(cluster.savepoint(job)).startsWith("file:" + written);
            String savepoint = cluster.stopWithSavepoint(job);
            assertThat(cluster.state(job)).isEqualTo("FINISHED");

            String second = run(cluster).parallelism(4).from(savepoint).run();
            cluster.awaitRunning(second);
            cluster.awaitCheckpoints(second, 1);
            assertThat(cluster.restores(second)).isEqualTo(1);
            cluster.cancel(second);
        }
        assertThat(written).doesNotExist();
        assertThat(processesOf(written)).isEmpty();
    }

    @Test
    void survivesADeadJobManagerWhenHighlyAvailable() throws IOException {
        try (FlinkCluster cluster = FlinkCluster.builder().highlyAvailable().start()) {
            String job = run(cluster).parallelism(2).run();
            cluster.awaitRunning(job);
            cluster.awaitCheckpoints(job, 1);
            cluster.killJobManager();
            cluster.startJobManager();
            cluster.awaitRunning(job);
            cluster.awaitCheckpoints(job, 1);
            assertThat(cluster.restores(job)).isPositive();
        }
    }

    private FlinkCluster.Submission run(FlinkCluster cluster) throws IOException {
        return cluster.submission(jar())
                .mainClass(CountingJob.class.getName())
                .arguments(List.of("400"));
    }

    private Path jar() throws IOException {
        return JobJars.of(
                folder.resolve("job.jar"),
                CountingJob.class,
                CountingJob.Same.class,
                CountingJob.Count.class);
    }

    private static List<String> processesOf(Path folder) {
        try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
            return processes
                    .map(process -> process.info().commandLine().orElse(""))
                    .filter(line -> line.contains(folder.toString()))
                    .toList();
        }
    }
}
