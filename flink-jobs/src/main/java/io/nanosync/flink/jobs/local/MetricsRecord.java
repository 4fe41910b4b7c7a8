package io.nanosync.flink.jobs.local;

import io.nanosync.flink.jobs.compose.JobRecord.LocalProcess;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.source.state.StateFile;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.fs.Path;

/**
 * Where a local run of a pipeline answers for its metrics: a file in the pipeline's state folder
 * for as long as it runs. One that was killed leaves it, and nobody answers there any more.
 *
 * @param address serves Prometheus text, to the process's machine only
 * @param process the run's
 */
public record MetricsRecord(URI address, LocalProcess process, String started) {

    private static final int LINES = 4;

    /** That of this process. */
    public static MetricsRecord ofThisProcess(URI address) {
        return new MetricsRecord(
                address,
                LocalProcess.current(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** What the newest run of a pipeline has left; empty when it has ended, or none was. */
    public static Optional<MetricsRecord> read(Pipeline pipeline) throws IOException {
        return StateFile.find(file(pipeline))
                .map(text -> text.lines().toList())
                .filter(lines -> lines.size() >= LINES)
                .map(MetricsRecord::of);
    }

    private static MetricsRecord of(List<String> lines) {
        return new MetricsRecord(
                URI.create(lines.get(0)),
                new LocalProcess(lines.get(1), Long.parseLong(lines.get(2))),
                lines.get(3));
    }

    /** Leaves it in the pipeline's state folder, in place of the one that may be there. */
    public void write(Pipeline pipeline) throws IOException {
        StateFile.record(
                file(pipeline),
                String.join(
                        "\n",
                        address.toString(),
                        process.host(),
                        Long.toString(process.pid()),
                        started));
    }

    /** Takes away what a run has left. */
    public static void remove(Pipeline pipeline) throws IOException {
        Path file = file(pipeline);
        file.getFileSystem().delete(file, false);
    }

    private static Path file(Pipeline pipeline) {
        return new Path(pipeline.stateDir(), "metrics");
    }
}
