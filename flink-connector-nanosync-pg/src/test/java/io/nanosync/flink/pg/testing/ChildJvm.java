package io.nanosync.flink.pg.testing;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class of the tests in a JVM of its own, on a heap of its own size. */
public final class ChildJvm {

    private ChildJvm() {}

    /**
     * What a run has printed, and how it ended.
     *
     * @param output standard output and standard error
     * @param exitCode 0 when main returned
     */
    public record Outcome(String output, int exitCode) {}

    /** The options of this JVM that say how it compiles, for JVMs that a test starts. */
    public static List<String> compilerOptions() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.contains("Tiered"))
                .toList();
    }

    /** Runs {@code main} with such a heap, for two minutes at most. */
    public static Outcome run(Class<?> main, String heap, String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx" + heap,
                                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                                "--add-opens=java.base/java.util=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        command.addAll(1, compilerOptions());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                throw new IOException("The process doesn't end: " + output);
            }
            return new Outcome(output, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }
}
