package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State on a file system that a plugin of Flink's brings, such as an object store. */
class StateOnAPluginITCase {

    private static final URI NOBODY = URI.create("http://127.0.0.1:1");

    @TempDir private Path folder;

    private Map<String, String> environment = Map.of();

    @BeforeEach
    void install() throws IOException {
        Path settings = Files.createDirectories(folder.resolve("conf")).resolve("config.yaml");
        Files.writeString(settings, "kept.open: \"yes\"\n");
        environment =
                Map.of(
                        "FLINK_CONF_DIR",
                        folder.resolve("conf").toString(),
                        "FLINK_PLUGINS_DIR",
                        KeptFileSystem.pluginsIn(folder).toString());
    }

    @Test
    void isReadByCommands() throws Exception {
        new JobRecord(NOBODY, "00112233445566778899aabbccddeeff", Instant.now(), null)
                .write(folder.resolve("state/once").toString());
        String file = file("postgres://u@127.0.0.1:1/d");
        try (NanosyncProcess list =
                NanosyncProcess.startIn(environment, folder, "list", "-f", file)) {
            assertThat(list.exitCode()).as(list.err()).isEqualTo(1);
            assertThat(list.out()).contains("once  unknown: No Flink cluster answers at " + NOBODY);
        }
    }

    /** A folder that happens to be named plugins, where the command was started. */
    @Test
    void isNotReadByPluginsThatNobodyNamed() throws Exception {
        String file = file("postgres://u@127.0.0.1:1/d");
        try (NanosyncProcess list = NanosyncProcess.startIn(Map.of(), folder, "list", "-f", file)) {
            assertThat(list.exitCode()).isEqualTo(1);
            assertThat(list.out())
                    .contains("for scheme 'kept'")
                    .contains(
                            "This command looks for plugins in the folder that FLINK_PLUGINS_DIR"
                                    + " names");
        }
    }

    @Test
    void saysWhichFolderHasNoConfiguration() throws Exception {
        String file = file("postgres://u@127.0.0.1:1/d");
        Map<String, String> wrong = Map.of("FLINK_CONF_DIR", folder.resolve("none").toString());
        try (NanosyncProcess list = NanosyncProcess.startIn(wrong, folder, "list", "-f", file)) {
            assertThat(list.exitCode()).isEqualTo(1);
            assertThat(list.err())
                    .contains("nanosync: Cannot read Flink's configuration in " + folder)
                    .contains("FLINK_CONF_DIR");
        }
    }

    @Test
    @Tag("long")
    void isWrittenByARunAndFoundByTheNext() throws Exception {
        try (TestDatabase database = TestPostgres.shared(16).createDatabase()) {
            database.execute("CREATE TABLE a (id int PRIMARY KEY)", "INSERT INTO a VALUES (1)");
            String file = file(database.dsn());
            run(file, "once: finished");
            assertThat(folder.resolve("state/once/checkpoints")).isNotEmptyDirectory();
            assertThat(folder.resolve("nanosync-state/logs/pipelines.log"))
                    .content()
                    .contains(" INFO ");
            run(file, "once: finished at ");
        }
    }

    /** The file system lists them by another scheme. */
    @Test
    @Tag("long")
    void deleteSparesTheSinkOfWhateverScheme() throws Exception {
        String state = folder.resolve("state").toString();
        String file = file("postgres://u@127.0.0.1:1/d");
        Path named = Path.of(file);
        Files.writeString(
                named,
                Files.readString(named)
                        .replace(
                                "{type: blackhole}",
                                "{type: arrow, path: kept://" + state + "/once/out/}"));
        Path row = Files.createDirectories(folder.resolve("state/once/out")).resolve("row");
        Files.writeString(row, "");
        Files.createDirectories(folder.resolve("state/once/checkpoints"));
        try (NanosyncProcess delete =
                NanosyncProcess.startIn(
                        environment, folder, "delete", "pipeline", "once", "-f", file, "--yes")) {
            assertThat(delete.exitCode()).as(delete.err()).isZero();
        }
        assertThat(row).exists();
        assertThat(folder.resolve("state/once/checkpoints")).doesNotExist();
    }

    private void run(String file, String wanted) throws Exception {
        try (NanosyncProcess run =
                NanosyncProcess.startIn(environment, folder, "run", "-f", file)) {
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.err()).contains(wanted);
        }
    }

    private String file(String dsn) throws IOException {
        return Files.writeString(
                        folder.resolve("pipelines.yaml"),
                        """
                        state_dir: kept://%s
                        connections:
                          - {name: db, type: postgres, dsn: "%s"}
                        pipelines:
                          - name: once
                            source:
                              connection: db
                              tables: [public.a]
                              properties: {startup_mode: snapshot}
                            sink: {type: blackhole}
                            checkpoint_interval: 500ms
                        """
                                .formatted(folder.resolve("state"), dsn))
                .toString();
    }
}
