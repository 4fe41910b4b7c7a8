package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class NanosyncTest {

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "run --help",
                "validate --help",
                "resnapshot --help",
                "bench --help"
            })
    void helpFitsInto100Columns(String arguments) {
        assertThat(execute(arguments.split(" "))).isZero();
        assertThat(out.toString()).startsWith("Usage: nanosync");
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 100);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void showsItsHelpWithoutACommand() {
        assertThat(execute()).isZero();
        assertThat(out.toString()).contains("run ").contains("validate ");
    }

    @Test
    void answersWrongUsageWithCode2AndANearName() {
        assertThat(execute("validte")).isEqualTo(2);
        assertThat(err.toString()).contains("Unmatched argument", "Did you mean", "validate?");
        assertThat(execute("run")).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required option: '--file=FILE'");
    }

    @Test
    void answersAnErrorWithCode1AndItsMessageAlone() {
        Path missing = folder.resolve("none.yaml");
        assertThat(execute("run", "-f", missing.toString())).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo(
                        "nanosync: Cannot read pipelines file "
                                + missing
                                + ": no such file"
                                + System.lineSeparator());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-v", "--stacktrace"})
    void showsTheStackTraceWhenAsked(String option) {
        Path missing = folder.resolve("none.yaml");
        assertThat(execute("run", option, "-f", missing.toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("no such file")
                .contains("\tat io.nanosync.flink.jobs.pipeline.PipelinesFile.read(");
    }

    private int execute(String... arguments) {
        CommandLine commands = Nanosync.commands();
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        return commands.execute(arguments);
    }
}
