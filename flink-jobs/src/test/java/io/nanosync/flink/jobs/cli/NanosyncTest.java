package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NanosyncTest {

    @TempDir private Path folder;

    private final Commands commands = new Commands();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "run --help",
                "validate --help",
                "resnapshot --help",
                "resume --help",
                "submit --help",
                "list --help",
                "status --help",
                "logs --help",
                "stop --help",
                "delete --help",
                "metrics --help",
                "bench --help"
            })
    void helpFitsInto100Columns(String arguments) {
        assertThat(commands.execute(arguments.split(" "))).isZero();
        assertThat(commands.out()).startsWith("Usage: nanosync");
        assertThat(commands.out().lines()).allMatch(line -> line.length() <= 100);
        assertThat(commands.err()).isEmpty();
    }

    @Test
    void showsItsHelpWithoutACommand() {
        assertThat(commands.execute()).isZero();
        assertThat(commands.out()).contains("run ").contains("validate ");
    }

    @Test
    void completesItsCommandsInAShell() throws Exception {
        assertThat(commands.execute("generate-completion")).isZero();
        Path script = Files.writeString(folder.resolve("completion"), commands.out());
        Process bash =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "source "
                                        + script
                                        + "; COMP_WORDS=(nanosync resn); COMP_CWORD=1;"
                                        + " _complete_nanosync; echo ${COMPREPLY[@]}")
                        .start();
        assertThat(bash.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("resnapshot");
        assertThat(bash.waitFor()).isZero();
    }

    @Test
    void answersWrongUsageWithCode2AndANearName() {
        assertThat(commands.execute("validte")).isEqualTo(2);
        assertThat(commands.err())
                .contains("Unmatched argument", "Did you mean: nanosync validate");
        assertThat(commands.execute("run")).isEqualTo(2);
        assertThat(commands.err()).contains("Missing required option: '--file=FILE'");
    }

    @Test
    void answersAnErrorWithCode1AndItsMessageAlone() {
        Path missing = folder.resolve("none.yaml");
        assertThat(commands.execute("run", "-f", missing.toString())).isEqualTo(1);
        assertThat(commands.err())
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
        assertThat(commands.execute("run", option, "-f", missing.toString())).isEqualTo(1);
        assertThat(commands.err())
                .contains("no such file")
                .contains("\tat io.nanosync.flink.jobs.pipeline.PipelinesFile.read(");
    }
}
