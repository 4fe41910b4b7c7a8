package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.jobs.local.ListeningSockets;
import io.nanosync.flink.jobs.testing.ConfirmedSlot;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FreePorts;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.testing.verify.ExactlyOnce;
import io.nanosync.flink.pg.testing.verify.Witness;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunITCase {

    private static final TestPostgres SERVER = TestPostgres.shared(16);
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final List<QualifiedName> TABLES =
            List.of(new QualifiedName("public", "a"), new QualifiedName("public", "b"));

    @TempDir private Path folder;

    private TestDatabase database;

    @BeforeEach
    void createTables() {
        database = SERVER.createDatabase();
        database.execute(
                "CREATE TABLE a (id int PRIMARY KEY, note text)",
                "CREATE TABLE b (id int PRIMARY KEY, note text)");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void goesOnAfterSigtermAndAfterKillWithEveryRowOnce() throws Exception {
        Path file = write(pipeline("main", "public.a, public.b", "", "arrow, path: out"));
        try (Witness witness = Witness.start(database::connect, "witness_run")) {
            fill(1, 20_000);
            try (NanosyncProcess run = start(file)) {
                run.awaitErr("main: begins");
                run.awaitErr("main  streaming");
                fill(20_001, 20_100);
                run.terminate();
                assertThat(run.exitCode()).as(run.err()).isZero();
                assertThat(run.err())
                        .contains("stopping with a last checkpoint")
                        .endsWith(
                                "main: stopped; the same command goes on from here"
                                        + System.lineSeparator());
            }
            database.execute("UPDATE a SET note = 'meanwhile' WHERE id <= 10");
            try (NanosyncProcess run = start(file)) {
                run.awaitErr("main: goes on from checkpoint ");
                fill(20_101, 20_200);
                awaitConfirmed();
                fill(20_201, 20_210);
                run.kill();
            }
            database.execute("DELETE FROM b WHERE id <= 10");
            try (NanosyncProcess run = start(file)) {
                run.awaitErr("main: goes on from checkpoint ");
                awaitConfirmed();
                run.terminate();
                assertThat(run.exitCode()).as(run.err()).isZero();
            }
            new ExactlyOnce(witness).check(folder.resolve("out"), TABLES).assertExact();
        }
    }

    @Test
    void runsAllPipelinesOfAFileOrTheOneThatIsNamed() throws Exception {
        fill(1, 10);
        Path file =
                write(
                        pipeline("first", "public.a", "", "print"),
                        pipeline("second", "public.b", "", "print"));
        try (NanosyncProcess run = start(file, "second")) {
            run.awaitErr("second  streaming");
            run.terminate();
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out().lines())
                    .hasSize(10)
                    .allMatch(line -> line.startsWith("public.b read id="));
        }
        try (NanosyncProcess run = start(file)) {
            run.awaitErr("first  streaming");
            run.awaitErr("second  streaming");
            run.terminate();
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out().lines())
                    .hasSize(10)
                    .allMatch(line -> line.startsWith("public.a read id="));
        }
    }

    /** In a folder that has plugins of somebody else. */
    @Test
    void finishesABoundedPipelineOnce() throws Exception {
        Files.createDirectories(folder.resolve("plugins/other"));
        fill(1, 10);
        Path file =
                write(
                        pipeline(
                                "once",
                                "public.a",
                                "properties: {startup_mode: snapshot}",
                                "print"));
        try (NanosyncProcess run = start(file)) {
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.err()).contains("once: finished");
            assertThat(run.out().lines()).hasSize(10);
        }
        assertThat(database.queryList("SELECT slot_name FROM pg_replication_slots")).isEmpty();
        try (NanosyncProcess run = start(file)) {
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).isEmpty();
            assertThat(run.err())
                    .contains("once: finished at 2")
                    .contains("To read its tables again, into an empty sink, remove ");
        }
    }

    @Test
    void readsABoundedPipelineOnceThoughTheProcessDiesWithoutItsCheckpoints() throws Exception {
        Set<Path> written = runBoundedAndDie();
        Path file = folder.resolve("pipelines.yaml");
        try (NanosyncProcess run = start(file)) {
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.err())
                    .contains("once: finished at 2")
                    .contains("To read its tables again, into an empty sink, remove ");
        }
        assertThat(files(folder.resolve("out"))).isEqualTo(written);
        assertThat(run("rm", "-r", folder.resolve("nanosync-state/once").toString())).isZero();
        try (NanosyncProcess run = start(file)) {
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.err()).contains("once: begins").contains("once: finished");
        }
    }

    /** The files that were written. */
    private Set<Path> runBoundedAndDie() throws Exception {
        fill(1, 10);
        Path file =
                write(
                        pipeline(
                                "once",
                                "public.a",
                                "properties: {startup_mode: snapshot}",
                                "arrow, path: out"));
        try (NanosyncProcess run =
                NanosyncProcess.start(folder, HaltingRun.class, file.toString())) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(HaltingRun.HALTED);
        }
        Set<Path> written = files(folder.resolve("out"));
        assertThat(written).isNotEmpty();
        return written;
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).start().waitFor();
    }

    private static Set<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).collect(Collectors.toSet());
        }
    }

    @Test
    void keepsASecondProcessOut() throws Exception {
        Path file = write(pipeline("alone", "public.a", "", "blackhole"));
        try (NanosyncProcess first = start(file)) {
            first.awaitErr("alone: begins");
            try (NanosyncProcess second = start(file)) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.err())
                        .startsWith("nanosync: Pipeline alone is already running as process ");
            }
        }
    }

    /** Every row would come a second time, and the slot would move away from the real state. */
    @Test
    void doesNotBeginAnewWhereItsStateIsElsewhere() throws Exception {
        fill(1, 100);
        Path file = write(pipeline("moved", "public.a", "", "arrow, path: out"));
        try (NanosyncProcess run = start(file)) {
            run.awaitErr("moved  streaming");
            fill(101, 110);
            awaitConfirmed();
            run.terminate();
            assertThat(run.exitCode()).as(run.err()).isZero();
        }
        Set<Path> written = files(folder.resolve("out"));
        Path state = folder.resolve("nanosync-state");
        Path elsewhere = folder.resolve("elsewhere");
        Files.move(state, elsewhere);
        refuses(file, "transactions were sent from it already");
        assertThat(run("rm", "-r", state.toString())).isZero();
        Files.move(elsewhere, state);
        // Nor where the checkpoints alone are gone.
        Files.move(state.resolve("moved/checkpoints"), elsewhere);
        refuses(file, "rows were delivered by it");
        Files.move(elsewhere, state.resolve("moved/checkpoints"));
        assertThat(files(folder.resolve("out"))).isEqualTo(written);
        try (NanosyncProcess run = start(file)) {
            run.awaitErr("moved: goes on from checkpoint ");
            run.awaitErr("moved  streaming");
        }
    }

    /** While the first snapshot is read the slot stands where it was made. */
    @Test
    void doesNotBeginAnewWhereRowsWereDelivered() throws Exception {
        fill(1, 300_000);
        Path file = write(pipeline("half", "public.a, public.b", "", "arrow, path: out"));
        try (NanosyncProcess run = start(file)) {
            Path delivered = folder.resolve("nanosync-state/half/delivered.properties");
            Await.until("rows are delivered", PATIENCE, () -> Files.exists(delivered));
            run.kill();
        }
        assertThat(run("rm", "-r", folder.resolve("nanosync-state/half/checkpoints").toString()))
                .isZero();
        refuses(file, "rows were delivered by it");
        database.executeAsTold(FreshSnapshot.dropSlot("nanosync_slot_half"));
        assertThat(run("rm", "-r", folder.resolve("nanosync-state/half").toString())).isZero();
        assertThat(run("rm", "-rf", folder.resolve("out").toString())).isZero();
        try (NanosyncProcess run = start(file)) {
            run.awaitErr("half: begins");
            run.awaitErr("half  streaming");
        }
    }

    private void refuses(Path file, String reason) throws Exception {
        try (NanosyncProcess run = start(file)) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.err())
                    .contains("exists, but this pipeline has no state, and ")
                    .contains(reason)
                    .contains("For a fresh snapshot stop the job");
        }
    }

    @Test
    void servesMetricsAndLogsToAFile() throws Exception {
        fill(1, 10);
        int port = FreePorts.next();
        Path file = write(pipeline("seen", "public.a", "", "blackhole"));
        Files.writeString(file, "metrics_port: " + port + "\n" + Files.readString(file));
        try (NanosyncProcess run = start(file)) {
            run.awaitErr("seen  streaming");
            Await.until(
                    "metrics of the snapshot",
                    () ->
                            scrape(port)
                                    .contains(
                                            "ns_snapshot_rows_total{pipeline=\"seen\",table=\"public.a\"}"
                                                + " 10\n"));
            Await.until(
                    "list finds it",
                    () -> list(file).matches("seen  streaming  process [0-9]+ of this machine\\n"));
            showsThem(file);
            Await.until(
                    "status has the table's rows",
                    () ->
                            Commands.ok("status", "pipeline", "seen", "-f", file.toString())
                                    .matches("(?s).*\n  public[.]a +10 rows read, .*"));
            isReachedFromThisMachineAlone(run);
            canBeLookedAtOnly(run);
            isReadByItsUserAlone(folder.resolve("nanosync-state"));
            isNotSubmittedBeside(run, file);
            assertThat(
                            Commands.ok(
                                            "logs",
                                            "pipeline",
                                            "seen",
                                            "-f",
                                            file.toString(),
                                            "-n",
                                            "5")
                                    .lines())
                    .hasSize(6)
                    .first()
                    .isEqualTo("==== " + folder.resolve("nanosync-state/logs/pipelines.log"));
            run.terminate();
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).doesNotContain("INFO").doesNotContain("WARN");
        }
        Commands ended = new Commands();
        assertThat(ended.execute("metrics", "pipeline", "seen", "-f", file.toString()))
                .isEqualTo(1);
        assertThat(ended.err()).contains("Pipeline seen doesn't run by nanosync run");
        assertThat(Files.readString(folder.resolve("nanosync-state/logs/pipelines.log")))
                .contains("INFO");
        assertThat(list(file)).startsWith("seen  not running: job ");
    }

    private void isNotSubmittedBeside(NanosyncProcess run, Path file) throws IOException {
        Path same =
                Files.writeString(
                        folder.resolve("submitted.yaml"),
                        "state_dir: nanosync-state\n" + Files.readString(file));
        assertThatThrownBy(() -> PipelineJobMain.main(new String[] {"-f", same.toString()}))
                .hasMessageMatching(
                        "Pipeline seen runs already: job [0-9a-f]{32} of process "
                                + run.pid()
                                + " of this machine. Stop it first: kill "
                                + run.pid());
    }

    private static void isReachedFromThisMachineAlone(NanosyncProcess run) throws IOException {
        assertThat(ListeningSockets.of(run.pid()))
                .hasSizeGreaterThanOrEqualTo(3)
                .allMatch(address -> address.startsWith("/127.0.0.1:"));
    }

    /** Every user of the machine can reach it. */
    private static void canBeLookedAtOnly(NanosyncProcess run) throws Exception {
        Matcher web = Pattern.compile("web UI (http\\S+)").matcher(run.err());
        assertThat(web.find()).isTrue();
        String jobs = send("GET", web.group(1) + "/jobs").body();
        Matcher job = Pattern.compile("[0-9a-f]{32}").matcher(jobs);
        assertThat(job.find()).as(jobs).isTrue();
        String page = web.group(1) + "/jobs/" + job.group();
        for (String change :
                List.of(
                        "PATCH " + page + "?mode=cancel",
                        "GET " + page + "/yarn-cancel",
                        "GET " + page + "/%79arn-cancel",
                        "POST " + page + "/stop",
                        "POST " + page + "/savepoints",
                        "PUT " + page + "/resource-requirements",
                        "POST " + web.group(1) + "/jars/upload",
                        "DELETE " + web.group(1) + "/cluster")) {
            String[] methodAndPath = change.split(" ", -1);
            HttpResponse<String> answer = send(methodAndPath[0], methodAndPath[1]);
            assertThat(answer.statusCode()).as(change).isEqualTo(405);
            assertThat(answer.body())
                    .contains("To stop it, with a last checkpoint: kill " + run.pid());
        }
        assertThat(send("GET", web.group(1) + "/config").body())
                .contains("\"web-cancel\":false", "\"web-submit\":false", "\"web-rescale\":false");
        assertThat(send("GET", page).body()).contains("\"state\":\"RUNNING\"");
    }

    private static HttpResponse<String> send(String method, String address)
            throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address))
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    /** Nobody else gets into the folder, and so to what Flink writes there. */
    private static void isReadByItsUserAlone(Path state) throws IOException {
        for (Path made : List.of(state, state.resolve("seen"), state.resolve("logs"))) {
            assertThat(permissions(made)).as(made.toString()).isEqualTo("rwx------");
        }
        assertThat(permissions(state.resolve("logs/pipelines.log"))).isEqualTo("rw-------");
        assertThat(files(state.resolve("seen")))
                .filteredOn(file -> !file.toString().contains("/checkpoints/"))
                .isNotEmpty()
                .allSatisfy(
                        file -> assertThat(permissions(file)).startsWith("rw-").endsWith("---"));
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static String list(Path file) {
        return Commands.ok("list", "-f", file.toString());
    }

    private static void showsThem(Path file) {
        Commands table = new Commands();
        assertThat(table.execute("metrics", "pipeline", "seen", "-f", file.toString()))
                .as(table.err())
                .isZero();
        assertThat(table.out().lines())
                .allMatch(line -> line.length() <= 100)
                .anyMatch(line -> line.matches("ns_pipeline_replication_lag_seconds +[0-9.]+"))
                .anyMatch(line -> line.matches("ns_snapshot_rows_total +public.a +10"));
        Commands json = new Commands();
        assertThat(json.execute("metrics", "pipeline", "seen", "-f", file.toString(), "--json"))
                .as(json.err())
                .isZero();
        assertThat(json.out().lines())
                .contains(
                        "{\"name\":\"ns_snapshot_rows_total\",\"labels\":{\"pipeline\":\"seen\","
                                + "\"table\":\"public.a\"},\"value\":10}");
    }

    @Test
    void saysWhyAPipelineFailedAndEndsWithCode1() throws Exception {
        fill(1, 10);
        Path file = write(pipeline("failing", "public.a", "", "blackhole"));
        try (NanosyncProcess run = start(file)) {
            run.awaitErr("failing  streaming");
            awaitConfirmed();
            database.execute(
                    "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots",
                    "DROP PUBLICATION nanosync_pub_failing");
            fill(11, 20);
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.err())
                    .contains("nanosync: pipeline failing failed: ")
                    .contains("nanosync_pub_failing")
                    .contains("Details: ")
                    .doesNotContain("\tat ");
        }
    }

    private NanosyncProcess start(Path file, String... pipeline) throws IOException {
        String[] arguments = new String[3 + pipeline.length];
        arguments[0] = "run";
        arguments[1] = "-f";
        arguments[2] = file.toString();
        System.arraycopy(pipeline, 0, arguments, 3, pipeline.length);
        return NanosyncProcess.start(folder, arguments);
    }

    private void fill(int from, int to) {
        for (String table : List.of("a", "b")) {
            database.execute(
                    "INSERT INTO "
                            + table
                            + " SELECT id, 'note ' || id FROM generate_series("
                            + from
                            + ", "
                            + to
                            + ") id");
        }
    }

    /** Waits until everything up to now is covered by a completed checkpoint. */
    private void awaitConfirmed() {
        ConfirmedSlot.await(database, "slot_name LIKE 'nanosync%'", PATIENCE);
    }

    private static String scrape(int port) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static String pipeline(String name, String tables, String properties, String sink) {
        return """
                 - name: %s
                   source:
                     connection: db
                     tables: [%s]
                     %s
                   sink: {type: %s}
                   checkpoint_interval: 500ms
                   parallelism: 2
               """
                .formatted(name, tables, properties, sink);
    }

    private Path write(String... pipelines) throws IOException {
        Path file = folder.resolve("pipelines.yaml");
        Files.writeString(
                file,
                "connections:\n  - name: db\n    type: postgres\n    dsn: "
                        + database.dsn()
                        + "\npipelines:\n"
                        + String.join("", pipelines));
        return file;
    }
}
