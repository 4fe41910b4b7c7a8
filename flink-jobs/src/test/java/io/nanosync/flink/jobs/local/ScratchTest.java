package io.nanosync.flink.jobs.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {

    private static final String PROPERTY = "java.io.tmpdir";

    /** No process has it: Linux and macOS give out smaller ones. */
    private static final long DEAD = 99_999_999L;

    private final String before = System.getProperty(PROPERTY);

    @TempDir private Path folder;

    @BeforeEach
    void redirect() {
        System.setProperty(PROPERTY, folder.toString());
    }

    @AfterEach
    void restore() {
        System.setProperty(PROPERTY, before);
    }

    @Test
    void isTheTemporaryFolderUntilItIsClosed() throws IOException {
        try (Scratch scratch = Scratch.create()) {
            assertThat(System.getProperty(PROPERTY)).isEqualTo(scratch.toString());
            Files.writeString(Path.of(scratch.toString(), "file"), "x");
        }
        assertThat(System.getProperty(PROPERTY)).isEqualTo(folder.toString());
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void removesWhatDeadProcessesLeftAndNothingElse() throws IOException {
        long alive = ProcessHandle.current().parent().orElseThrow().pid();
        Path orphan = Files.createDirectories(folder.resolve("nanosync-run-" + DEAD + "/flink"));
        Path sameId =
                Files.createDirectories(
                        folder.resolve("nanosync-run-" + ProcessHandle.current().pid() + "-7"));
        Path neighbour = Files.createDirectories(folder.resolve("nanosync-run-" + alive));
        Path other = Files.createDirectories(folder.resolve("nanosync-run-x"));
        try (Scratch scratch = Scratch.create()) {
            assertThat(orphan.getParent()).doesNotExist();
            assertThat(sameId).doesNotExist();
            assertThat(neighbour).exists();
            assertThat(other).exists();
            assertThat(Path.of(scratch.toString())).exists();
        }
    }
}
