package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The reference of the commands is what their {@code --help} says. */
class CommandReferenceTest {

    private static final Path PAGE = Path.of("../docs/reference/commands.md");

    private static final String INTRODUCTION =
            """
            # Commands

            <!-- Rendered from code. Edit the commands, then run the tests
                 with -Dnanosync.docs.update=true. -->

            What `nanosync` and `nanosync COMMAND --help` say. How they are used is in
            [Operate](../operate.md) and [On a Flink cluster](../deploy.md).

            """;

    /** With {@code -Dnanosync.docs.update=true} the page is written instead. */
    @Test
    void isWhatTheCommandsSay() throws IOException {
        String rendered = render(Nanosync.commands());
        if (Boolean.getBoolean("nanosync.docs.update")) {
            Files.writeString(PAGE, rendered);
        }
        assertThat(rendered)
                .as("Run the tests with -Dnanosync.docs.update=true to write the page anew")
                .isEqualTo(Files.readString(PAGE));
    }

    private static String render(CommandLine commands) {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        page.append(usage(commands));
        commands.getSubcommands()
                .forEach(
                        (name, command) ->
                                page.append("\n## ")
                                        .append(name)
                                        .append("\n\n")
                                        .append(usage(command)));
        return page.toString();
    }

    private static String usage(CommandLine command) {
        String usage = command.getUsageMessage(Ansi.OFF).replace(System.lineSeparator(), "\n");
        return "```text\n" + usage.stripTrailing() + "\n```\n";
    }
}
