package io.nanosync.flink.jobs.crash;

import io.nanosync.flink.jobs.cli.Nanosync;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code nanosync run} as a process of its own, on the classpath of the tests. */
final class NanosyncProcess implements AutoCloseable {

    private static final long END_SECONDS = 90;

    private static final List<String> OPTIONS =
            List.of(
                    "--add-opens=java.base/java.util=ALL-UNNAMED",
                    "--add-opens=java.base/java.nio=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx1g");

    private final Process process;
    private final Path log;

    private NanosyncProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts it.
     *
     * @param log what it prints is added here
     */
    static NanosyncProcess start(Path pipelinesFile, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.add("-Djava.io.tmpdir=" + log.resolveSibling("tmp"));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        Nanosync.class.getName(),
                        "run",
                        "--stacktrace",
                        "-f",
                        pipelinesFile.toString()));
        Files.createDirectories(log.resolveSibling("tmp"));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        return new NanosyncProcess(process, log);
    }

    /** Fails the test when it has ended by itself. */
    void assertRuns() {
        if (!process.isAlive()) {
            throw new AssertionError(
                    "nanosync run ended by itself with code "
                            + process.exitValue()
                            + ":\n"
                            + lastLines());
        }
    }

    /** {@code kill -9}. */
    void kill() {
        assertRuns();
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM; the exit code. */
    int stop() {
        assertRuns();
        process.destroy();
        awaitEnd();
        return process.exitValue();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("nanosync run doesn't end:\n" + lastLines());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while nanosync run ends", e);
        }
    }

    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + log, e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        awaitEnd();
    }
}
