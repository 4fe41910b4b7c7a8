package io.nanosync.flink.jobs.local;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Where a local run of a pipeline answers for its metrics: a file in the pipeline's state folder
 * for as long as it runs. One that was killed leaves it, and nobody answers there any more.
 *
 * @param address serves Prometheus text, to its machine only
 * @param host that machine
 * @param process its id
 */
public record MetricsRecord(URI address, String host, long process, String started) {

    private static final int LINES = 4;

    /** That of this process. */
    public static MetricsRecord ofThisProcess(URI address) {
        return new MetricsRecord(
                address,
                thisHost(),
                ProcessHandle.current().pid(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** Whether it is of this machine. */
    public boolean isHere() {
        return host.equals(thisHost());
    }

    private static String thisHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** What the newest run of a pipeline has left; empty when it has ended, or none was. */
    public static Optional<MetricsRecord> read(Pipeline pipeline) throws IOException {
        Path file = file(pipeline);
        FileSystem files = file.getFileSystem();
        if (!files.exists(file)) {
            return Optional.empty();
        }
        try (InputStream in = files.open(file)) {
            List<String> lines =
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
            return lines.size() < LINES
                    ? Optional.empty()
                    : Optional.of(
                            new MetricsRecord(
                                    URI.create(lines.get(0)),
                                    lines.get(1),
                                    Long.parseLong(lines.get(2)),
                                    lines.get(3)));
        }
    }

    /** Leaves it in the pipeline's state folder, in place of the one that may be there. */
    public void write(Pipeline pipeline) throws IOException {
        Path file = file(pipeline);
        String text = String.join("\n", address.toString(), host, Long.toString(process), started);
        try (FSDataOutputStream out =
                file.getFileSystem().create(file, FileSystem.WriteMode.OVERWRITE)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
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
