package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResumeCommandTest {

    @TempDir private Path folder;

    private ShopCommands commands;

    @BeforeEach
    void writeFile() throws IOException {
        commands = new ShopCommands(folder);
    }

    private int execute(String... arguments) {
        return commands.execute("resume", arguments);
    }

    /** As the enumerator leaves it. */
    private Path pause(boolean acceptable) throws IOException {
        Path drift = Files.createDirectories(commands.stateDir().resolve("shop/drift"));
        Files.writeString(
                drift.resolve("0a1b.paused"),
                "table=public.orders\ntext=The schema has changed\nacceptable=" + acceptable);
        return drift;
    }

    @Test
    void saysThatNothingIsPaused() {
        assertThat(execute("pipeline", "shop")).isEqualTo(1);
        assertThat(commands.err()).contains("Pipeline shop isn't paused: nothing in ");
        assertThat(commands.stateDir()).doesNotExist();
    }

    @Test
    void acceptsJustWhatItWaitsForAndSaysWhatThatIs() throws IOException {
        Path drift = pause(true);
        assertThat(execute("pipeline", "shop")).isZero();
        assertThat(commands.out())
                .contains("shop: The schema has changed")
                .contains("shop: accepted. It goes on within seconds");
        assertThat(drift.resolve("0a1b.accepted")).content().contains("public.orders");
    }

    @Test
    void onlyShowsWhenAsked() throws IOException {
        Path drift = pause(true);
        assertThat(execute("pipeline", "shop", "--show")).isZero();
        assertThat(commands.out()).contains("shop: The schema has changed");
        assertThat(drift.resolve("0a1b.accepted")).doesNotExist();
    }

    @Test
    void refusesWhatCannotBeAccepted() throws IOException {
        Path drift = pause(false);
        assertThat(execute("pipeline", "shop")).isEqualTo(1);
        assertThat(commands.err()).contains("The schema has changed");
        assertThat(drift.resolve("0a1b.accepted")).doesNotExist();
    }

    @Test
    void wantsTheWordPipeline() {
        assertThat(execute("table", "shop")).isEqualTo(2);
        assertThat(commands.err()).contains("nanosync resume pipeline NAME, not \"table\"");
    }
}
