package io.nanosync.flink.jobs.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.cli.NanosyncProcess;
import io.nanosync.flink.pg.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the page on tables, done on a real server. */
class TablesGuideITCase {

    @TempDir private Path folder;

    private Guide guide;

    @BeforeEach
    void begin() {
        guide = new Guide("docs/tables.md", folder);
    }

    @AfterEach
    void end() {
        guide.close();
    }

    @Test
    void tablesComeAndGoAsThePageSays() throws Exception {
        List<String> sql = guide.page().examples("sql");
        List<String> files = guide.page().examples("yaml");
        guide.database().execute(sql.get(0));
        assertThat(run(files.get(0), "public.orders"))
                .singleElement()
                .asString()
                .startsWith("public.orders read id=1");

        guide.database().execute(sql.get(1));
        assertThat(run(files.get(1), "public.orders"))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("public.customers read id="),
                        second -> assertThat(second).startsWith("public.customers read id="),
                        last -> assertThat(last).startsWith("public.orders update"));

        guide.database()
                .execute(
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
        try (NanosyncProcess run = guide.run()) {
            assertThat(guide.command("nanosync resnapshot"))
                    .startsWith("shop: public.customers will be read again");
            Await.until(
                    "its rows are printed again",
                    Duration.ofSeconds(60),
                    () ->
                            run.out().lines().filter(line -> line.contains(" read id=")).count()
                                    == 3);
            Guide.stop(run);
            assertThat(run.out().lines().findFirst())
                    .hasValueSatisfying(
                            line -> assertThat(line).startsWith("public.customers truncate"));
        }
    }

    /** Runs it until something of a table has come, and stops it; gives what it printed. */
    private List<String> run(String file, String table) throws Exception {
        try (NanosyncProcess run = guide.run(file)) {
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
            Guide.stop(run);
            return run.out().lines().toList();
        }
    }

    private List<String> published() {
        return guide.database()
                .queryList(
                        "SELECT tablename FROM pg_publication_tables WHERE pubname ="
                                + " 'nanosync_pub_shop'");
    }
}
