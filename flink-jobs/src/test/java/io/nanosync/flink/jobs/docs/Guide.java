package io.nanosync.flink.jobs.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.cli.NanosyncProcess;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page about pipeline {@code shop}, whose examples are done on a real server. */
final class Guide implements AutoCloseable {

    private final Page page;
    private final Path folder;
    private final TestDatabase database = TestPostgres.shared(17).createDatabase();

    /**
     * @param folder where its commands are run
     */
    Guide(String page, Path folder) {
        this.page = Page.of(page);
        this.folder = folder;
    }

    Page page() {
        return page;
    }

    TestDatabase database() {
        return database;
    }

    /** Runs a pipelines file of the page until it streams. */
    NanosyncProcess run(String file) throws IOException {
        Files.writeString(
                folder.resolve("pipelines.yaml"),
                file.replaceFirst("dsn: \".*\"", "dsn: \"" + database.dsn() + "\""));
        return run();
    }

    /** The same with the file of the last run. */
    NanosyncProcess run() throws IOException {
        NanosyncProcess run = NanosyncProcess.start(folder, "run", "-f", "pipelines.yaml");
        run.awaitErr("shop  streaming");
        return run;
    }

    /** Runs the command of the page that begins so; gives what it prints. */
    String command(String beginning) throws Exception {
        String command =
                page.examples("bash").stream()
                        .filter(example -> example.startsWith(beginning))
                        .findFirst()
                        .orElseThrow()
                        .strip();
        String[] words = command.substring("nanosync ".length()).split(" ", -1);
        try (NanosyncProcess process = NanosyncProcess.start(folder, words)) {
            assertThat(process.exitCode()).as(process.err()).isZero();
            return process.out();
        }
    }

    /** Stops a run as Ctrl-C does. */
    static void stop(NanosyncProcess run) throws Exception {
        run.terminate();
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    @Override
    public void close() {
        database.close();
    }
}
