package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ResumeCommandTest {

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeFile() throws IOException {
        Files.writeString(
                folder.resolve("pipelines.yaml"),
                """
                state_dir: %s
                connections:
                  - name: shop
                    type: postgres
                    dsn: "postgres://nanosync@localhost:1/shop"
                pipelines:
                  - name: shop
                    source:
                      connection: shop
                      tables: ["public.orders"]
                    sink:
                      type: print
                """
                        .formatted(folder.resolve("state")));
    }

    private int execute(String... arguments) {
        CommandLine commands = Nanosync.commands();
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        String file = folder.resolve("pipelines.yaml").toString();
        return commands.execute(
                Stream.concat(Stream.of("resume", "-f", file), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    /** As the enumerator leaves it. */
    private Path pause(boolean acceptable) throws IOException {
        Path drift = Files.createDirectories(folder.resolve("state/shop/drift"));
        Files.writeString(
                drift.resolve("0a1b.paused"),
                "table=public.orders\ntext=The schema has changed\nacceptable=" + acceptable);
        return drift;
    }

    @Test
    void saysThatNothingIsPaused() {
        assertThat(execute("pipeline", "shop")).isEqualTo(1);
        assertThat(err.toString()).contains("Pipeline shop isn't paused");
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void acceptsJustWhatItWaitsForAndSaysWhatThatIs() throws IOException {
        Path drift = pause(true);
        assertThat(execute("pipeline", "shop")).isZero();
        assertThat(out.toString())
                .contains("shop: The schema has changed")
                .contains("shop: accepted. It goes on within seconds");
        assertThat(drift.resolve("0a1b.accepted")).content().contains("public.orders");
    }

    @Test
    void onlyShowsWhenAsked() throws IOException {
        Path drift = pause(true);
        assertThat(execute("pipeline", "shop", "--show")).isZero();
        assertThat(out.toString()).contains("shop: The schema has changed");
        assertThat(drift.resolve("0a1b.accepted")).doesNotExist();
    }

    @Test
    void refusesWhatCannotBeAccepted() throws IOException {
        Path drift = pause(false);
        assertThat(execute("pipeline", "shop")).isEqualTo(1);
        assertThat(err.toString()).contains("The schema has changed");
        assertThat(drift.resolve("0a1b.accepted")).doesNotExist();
    }

    @Test
    void wantsTheWordPipeline() {
        assertThat(execute("table", "shop")).isEqualTo(2);
        assertThat(err.toString()).contains("nanosync resume pipeline NAME, not \"table\"");
    }
}
