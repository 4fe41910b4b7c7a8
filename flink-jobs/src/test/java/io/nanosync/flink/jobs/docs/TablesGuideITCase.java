package io.nanosync.flink.jobs.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.cli.NanosyncProcess;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the page on tables, done on a real server. */
class TablesGuideITCase {

    private final Page page = Page.of("docs/tables.md");
    private final TestDatabase database = TestPostgres.shared(17).createDatabase();

    @TempDir private Path folder;

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void tablesComeAndGoAsThePageSays() throws Exception {
        List<String> sql = page.examples("sql");
        List<String> files = page.examples("yaml");
        database.execute(sql.get(0));
        assertThat(run(files.get(0), "public.orders"))
                .singleElement()
                .asString()
                .startsWith("public.orders read id=1");

        database.execute(sql.get(1));
        assertThat(run(files.get(1), "public.orders"))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("public.customers read id="),
                        second -> assertThat(second).startsWith("public.customers read id="),
                        last -> assertThat(last).startsWith("public.orders update"));

        database.execute(
                "UPDATE public.orders SET status = 'sent'",
                "INSERT INTO public.customers VALUES (3, 'Alan')");
        String less = files.get(1).replaceFirst("(?m)^ *- public.orders\\n", "");
        assertThat(run(less, "public.customers"))
                .singleElement()
                .asString()
                .startsWith("public.customers insert id=3");
        readAgain();
    }

    /** As the page says, while it runs by the file that is there. */
    private void readAgain() throws Exception {
        String command =
                page.examples("bash").stream()
                        .filter(example -> example.startsWith("nanosync resnapshot"))
                        .findFirst()
                        .orElseThrow()
                        .strip();
        String[] words = command.substring("nanosync ".length()).split(" ", -1);
        String file = folder.resolve("pipelines.yaml").toString();
        try (NanosyncProcess run = NanosyncProcess.start(folder, "run", "-f", file)) {
            run.awaitErr("shop  streaming");
            try (NanosyncProcess asks = NanosyncProcess.start(folder, words)) {
                assertThat(asks.exitCode()).as(asks.err()).isZero();
                assertThat(asks.out()).startsWith("shop: public.customers will be read again");
            }
            Await.until(
                    "its rows are printed again",
                    Duration.ofSeconds(60),
                    () ->
                            run.out().lines().filter(line -> line.contains(" read id=")).count()
                                    == 3);
            run.terminate();
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out().lines().findFirst())
                    .hasValueSatisfying(
                            line -> assertThat(line).startsWith("public.customers truncate"));
        }
    }

    /** Runs it until something of a table has come, and stops it; gives what it printed. */
    private List<String> run(String file, String table) throws Exception {
        Path path =
                Files.writeString(
                        folder.resolve("pipelines.yaml"),
                        file.replaceFirst("dsn: \".*\"", "dsn: \"" + database.dsn() + "\""));
        try (NanosyncProcess run = NanosyncProcess.start(folder, "run", "-f", path.toString())) {
            run.awaitErr("shop  streaming");
            Await.until(
                    table + " is printed",
                    Duration.ofSeconds(60),
                    () -> run.out().contains(table + " "));
            if (!file.contains("public.orders")) {
                Await.until(
                        "what isn't captured is published no more",
                        Duration.ofSeconds(60),
                        () -> published().equals(List.of("customers")));
            }
            run.terminate();
            assertThat(run.exitCode()).as(run.err()).isZero();
            return run.out().lines().toList();
        }
    }

    private List<String> published() {
        return database.queryList(
                "SELECT tablename FROM pg_publication_tables WHERE pubname = 'nanosync_pub_shop'");
    }
}
