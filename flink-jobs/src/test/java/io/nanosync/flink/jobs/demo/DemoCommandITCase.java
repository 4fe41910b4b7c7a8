package io.nanosync.flink.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.local.Folders;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DemoCommandITCase {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void capturesUnderConstantChangeFindsAllEqualAndLeavesNothing() throws IOException {
        int code = demo("--rows", "20000", "--seconds", "3");

        assertThat(out.toString()).as(err.toString()).contains("EQUAL: every table arrived");
        assertThat(err.toString()).contains("demo  streaming").contains("Writers stopped after");
        assertThat(code).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).allMatch(line -> line.length() <= 100);
        assertThat(err.toString().lines())
                .allMatch(line -> line.length() <= 100 || line.startsWith("Starting"));
        for (DemoTable table : DemoTable.values()) {
            assertThat(lines)
                    .anyMatch(
                            line ->
                                    line.startsWith(table.qualifiedName().toString())
                                            && line.endsWith(" equal"));
        }
        assertThat(folders()).isEmpty();
        assertThat(servers()).isEmpty();
    }

    @Test
    void refusesNegativeNumbers() {
        assertThat(demo("--rows", "-1")).isEqualTo(2);
        assertThat(err.toString()).startsWith("--seconds and --rows must not be negative");
    }

    private int demo(String... arguments) {
        return new CommandLine(new DemoCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    /** The servers that the demo of this process left behind. */
    private static List<String> servers() {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(command -> command.contains(Folders.prefix("demo-postgres")))
                .toList();
    }

    /** The folders that the demo of this process left behind. */
    private static List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(DemoCommandITCase::isOwn).toList();
        }
    }

    private static boolean isOwn(Path folder) {
        String name = folder.getFileName().toString();
        return name.startsWith(Folders.prefix("demo"))
                || name.startsWith(Folders.prefix("demo-postgres"));
    }
}
