package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code nanosync delete} leaves of a state folder that sinks write into. */
class StateFolderTest {

    @TempDir private Path folder;

    private Path state;

    @BeforeEach
    void fill() throws IOException {
        state = folder.resolve("state/once");
        for (String name : new String[] {"checkpoints", "out", "theirs/deep"}) {
            Files.createFile(Files.createDirectories(state.resolve(name)).resolve("file"));
        }
    }

    @Test
    void sparesTheFilesOfEverySinkOfTheFile() throws IOException {
        String file = file(state + "/out/", "file:" + state + "/theirs/deep");
        assertThat(Commands.ok("delete", "pipeline", "once", "-f", file, "--yes"))
                .contains("once: deleted.");
        assertThat(state.resolve("checkpoints")).doesNotExist();
        assertThat(state.resolve("out/file")).exists();
        assertThat(state.resolve("theirs/deep/file")).exists();
    }

    /** What they lead to isn't the pipeline's alone. */
    @Test
    void removesLinksAndNothingBehindThem() throws IOException {
        Path archive = Files.createDirectories(folder.resolve("archive/savepoint-1"));
        Path results = Files.createDirectories(folder.resolve("results"));
        Files.createFile(archive.resolve("file"));
        Files.createFile(results.resolve("file"));
        Files.createSymbolicLink(state.resolve("savepoints"), archive.getParent());
        Files.createSymbolicLink(state.resolve("checkpoints/old"), archive);
        Files.createSymbolicLink(state.resolve("results"), results);
        String file = file(results.toString(), folder.resolve("elsewhere").toString());
        assertThat(Commands.ok("delete", "pipeline", "once", "-f", file, "--yes"))
                .contains("once: deleted.");
        assertThat(archive.resolve("file")).exists();
        assertThat(results.resolve("file")).exists();
        assertThat(state.resolve("savepoints")).doesNotExist();
        assertThat(state.resolve("checkpoints")).doesNotExist();
    }

    @Test
    void sparesASinkThatIsNamedBesideALink() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("state"));
        String file = file(link + "/once/out", folder.resolve("elsewhere").toString());
        assertThat(Commands.ok("delete", "pipeline", "once", "-f", file, "--yes"))
                .contains("once: deleted.");
        assertThat(state.resolve("out/file")).exists();
        assertThat(state.resolve("checkpoints")).doesNotExist();
    }

    @Test
    void isRefusedWhereAnotherSinkWritesRightIntoIt() throws IOException {
        String file = file(state + "/out", "file://" + state + "/");
        assertThat(Commands.failed("delete", "pipeline", "once", "-f", file, "--yes"))
                .contains("The sink of pipeline other writes into the folder of the state");
        assertThat(state.resolve("checkpoints/file")).exists();
    }

    private String file(String own, String others) throws IOException {
        String pipeline =
                """
                  - name: %s
                    source:
                      connection: db
                      tables: [public.a]
                      properties: {startup_mode: snapshot}
                    sink: {type: arrow, path: "%s"}
                """;
        return Files.writeString(
                        folder.resolve("pipelines.yaml"),
                        """
                        state_dir: state
                        connections:
                          - {name: db, type: postgres, dsn: "postgres://u@127.0.0.1:1/d"}
                        pipelines:
                        """
                                + pipeline.formatted("once", own)
                                + pipeline.formatted("other", others))
                .toString();
    }
}
