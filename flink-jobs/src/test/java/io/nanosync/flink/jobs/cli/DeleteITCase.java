package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.compose.RetainedState;
import io.nanosync.flink.jobs.local.LocalRun;
import io.nanosync.flink.jobs.local.StateLock;
import io.nanosync.flink.jobs.local.progress.Phase;
import io.nanosync.flink.jobs.metrics.LiveMetrics;
import io.nanosync.flink.jobs.metrics.Sample;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

class DeleteITCase {

    private static final TestPostgres SERVER = TestPostgres.shared(16);
    private static final int ROWS = 10;

    @TempDir private Path folder;

    private final Commands commands = new Commands();
    private TestDatabase database;
    private String name = "";

    @BeforeEach
    void createTable() throws IOException {
        database = SERVER.createDatabase();
        name = "d" + Long.toString(System.nanoTime(), 36);
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY)",
                "INSERT INTO t SELECT generate_series(1, " + ROWS + ")");
        write(database.dsn());
    }

    @AfterEach
    void dropDatabase() {
        database.execute(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                        + " WHERE slot_name = '"
                        + slot()
                        + "'");
        database.close();
    }

    @Test
    void deletesAllThatThePipelineMadeButNotWhileItRuns() throws Exception {
        runAnd(
                () -> {
                    assertThat(delete("--yes")).isEqualTo(1);
                    assertThat(commands.err())
                            .contains("Pipeline " + name + " is already running as process ")
                            .contains("kill " + ProcessHandle.current().pid());
                });
        assertThat(slots()).hasSize(1);
        assertThat(answered("n")).isEqualTo(1);
        assertThat(commands.err()).contains("Nothing was deleted");
        assertThat(slots()).hasSize(1);

        assertThat(answered("y")).as(commands.err()).isZero();
        assertThat(commands.out())
                .contains("drop    slot \"" + slot() + "\": this pipeline made it at LSN ")
                .contains("drop    publication \"" + publication() + "\": this pipeline made it")
                .contains("remove  " + state() + ": ")
                .contains("keep    " + folder.resolve("out") + ": the sink's files")
                .contains(name + ": deleted. Its next start takes a fresh snapshot");
        assertThat(slots()).isEmpty();
        assertThat(publications()).isEmpty();
        assertThat(state()).doesNotExist();
        assertThat(folder.resolve("out")).exists();
        assertThat(state().getParent().resolve("other/file")).exists();

        assertThat(delete("--yes")).as(commands.err()).isZero();
        assertThat(commands.out()).contains("gone    slot").contains("gone    publication");
        beginsAnew();
    }

    @Test
    @Tag("long")
    void deletesWhatIsLeftWhenTheSlotIsGone() throws Exception {
        runAnd(() -> {});
        database.execute("SELECT pg_drop_replication_slot('" + slot() + "')");
        assertThat(delete("--yes")).as(commands.err()).isZero();
        assertThat(commands.out()).contains("gone    slot").contains("drop    publication");
        assertThat(publications()).isEmpty();
        beginsAnew();
    }

    @Test
    @Tag("long")
    void deletesWhatIsLeftWhenThePublicationIsGone() throws Exception {
        runAnd(() -> {});
        database.execute("DROP PUBLICATION " + publication());
        assertThat(delete("--yes")).as(commands.err()).isZero();
        assertThat(commands.out()).contains("drop    slot").contains("gone    publication");
        assertThat(slots()).isEmpty();
        beginsAnew();
    }

    @Test
    @Tag("long")
    void keepsWhatWasMadeByHand() throws Exception {
        database.execute(
                "CREATE PUBLICATION " + publication() + " FOR TABLE t",
                "SELECT pg_create_logical_replication_slot('" + slot() + "', 'pgoutput')");
        runAnd(() -> {});
        assertThat(delete("--yes")).as(commands.err()).isZero();
        assertThat(commands.out())
                .contains("keep    slot \"" + slot() + "\": nothing says")
                .contains("keep    publication \"" + publication() + "\": nothing says")
                .contains("For a fresh snapshot drop the slot that stays as well");
        assertThat(slots()).hasSize(1);
        assertThat(publications()).hasSize(1);
        assertThat(state()).doesNotExist();
    }

    @Test
    @Tag("long")
    void keepsAPublicationThatWasMadeAgainByHand() throws Exception {
        runAnd(() -> {});
        database.execute(
                "DROP PUBLICATION " + publication(),
                "CREATE PUBLICATION " + publication() + " FOR TABLE t");
        assertThat(delete("--yes")).as(commands.err()).isZero();
        assertThat(publications()).hasSize(1);
        beginsAnew();
    }

    @Test
    @Tag("long")
    void staysAwayFromSlotAndPublicationOfTheSameNameInAnotherDatabase() throws Exception {
        runAnd(() -> {});
        try (TestDatabase other = SERVER.createDatabase()) {
            other.execute(
                    "CREATE TABLE t (id int PRIMARY KEY)",
                    "CREATE PUBLICATION " + publication() + " FOR TABLE t");
            write(other.dsn());
            assertThat(delete("--yes")).isEqualTo(1);
            assertThat(commands.out()).contains("keep    publication");
            assertThat(commands.err())
                    .contains("left: slot \"" + slot() + "\". Run there: SELECT pg_drop_repl");
            assertThat(other.queryList("SELECT pubname FROM pg_publication")).hasSize(1);
        }
        assertThat(slots()).hasSize(1);
        assertThat(publications()).hasSize(1);
    }

    @Test
    @Tag("long")
    void doesNothingWhenTheServerCanNotBeAskedUnlessTold() throws Exception {
        runAnd(() -> {});
        write("postgres://postgres@127.0.0.1:1/postgres");
        assertThat(delete("--yes")).isEqualTo(1);
        assertThat(commands.err())
                .contains("Nothing was deleted: run it again when the server answers")
                .containsPattern("nanosync delete pipeline " + name + " -f \\S+ --without-server");
        assertThat(state()).exists();
        assertThat(delete("--yes", "--without-server")).as(commands.err()).isZero();
        assertThat(commands.out())
                .contains("the server wasn't asked")
                .contains("DROP PUBLICATION IF EXISTS \"" + publication() + "\"");
        assertThat(state()).doesNotExist();
    }

    @Test
    @Tag("long")
    void saysWhoHoldsTheSlot() throws Exception {
        runAnd(
                () -> {
                    write(database.dsn(), "./elsewhere");
                    assertThat(delete("--yes")).isEqualTo(1);
                    assertThat(commands.err())
                            .contains("Another job already runs this pipeline: slot \"" + slot())
                            .contains("is locked by PID ");
                    write(database.dsn());
                });
        Properties replication = new Properties();
        PGProperty.REPLICATION.set(replication, "database");
        PGProperty.PREFER_QUERY_MODE.set(replication, "simple");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(replication, "10");
        PGProperty.APPLICATION_NAME.set(replication, "somebody");
        try (Connection client = database.connect(replication)) {
            client.unwrap(PGConnection.class)
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    .withSlotName(slot())
                    .withSlotOption("proto_version", 1)
                    .withSlotOption("publication_names", publication())
                    .start();
            assertThat(delete("--yes")).isEqualTo(1);
            assertThat(commands.err())
                    .contains("Logical replication slot \"" + slot() + "\" is active for PID ")
                    .contains("(application \"somebody\"")
                    .contains("SELECT pg_terminate_backend(");
        }
        assertThat(state()).exists();
        assertThat(slots()).hasSize(1);
    }

    private interface Meanwhile {
        void run() throws Exception;
    }

    /** Runs the pipeline from its beginning until it has read all rows and streams. */
    @SuppressWarnings("try") // The lock is for being held.
    private void runAnd(Meanwhile meanwhile) throws Exception {
        Pipeline pipeline = PipelinesFile.read(file(), Map.of()).pipeline(name).orElseThrow();
        CompletableFuture<Void> stop = new CompletableFuture<>();
        Quiet listener = new Quiet();
        try (StateLock lock = StateLock.take(pipeline);
                LocalRun run = LocalRun.start(List.of(pipeline), stop)) {
            run.add(pipeline, listener);
            assertThat(listener.from).isEmpty();
            Await.until("it streams", this::streams);
            assertThat(rows()).isEqualTo(ROWS);
            meanwhile.run();
            stop.complete(null);
            run.await(listener);
        }
    }

    private void beginsAnew() throws Exception {
        runAnd(() -> {});
    }

    private boolean streams() {
        double phase = LiveMetrics.ofThisProcess().gauge(SourceMetric.PHASE, name).orElse(0);
        return Phase.of(phase) == Phase.STREAMING
                && database.queryList(
                                        "SELECT 1 FROM pg_replication_slots WHERE active AND"
                                                + " slot_name = '"
                                                + slot()
                                                + "'")
                                .size()
                        == 1;
    }

    private static double rows() {
        return LiveMetrics.ofThisProcess().samples().stream()
                .filter(sample -> sample.metric() == SourceMetric.SNAPSHOT_ROWS)
                .mapToDouble(Sample::value)
                .sum();
    }

    private static final class Quiet implements LocalRun.Listener {

        private Optional<RetainedState> from = Optional.empty();

        @Override
        public void started(Pipeline pipeline, Optional<RetainedState> state) {
            from = state;
        }

        @Override
        public void ended(LocalRun.Ending ending) {}

        @Override
        public void stopping() {}
    }

    private int answered(String answer) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream((answer + "\n").getBytes(StandardCharsets.UTF_8)));
        try {
            return delete();
        } finally {
            System.setIn(before);
        }
    }

    private int delete(String... options) {
        return commands.execute(
                Stream.concat(
                                Stream.of("delete", "pipeline", name, "-f", file().toString()),
                                Stream.of(options))
                        .toArray(String[]::new));
    }

    private String slot() {
        return "nanosync_slot_" + name;
    }

    private String publication() {
        return "nanosync_pub_" + name;
    }

    private List<String> slots() {
        return database.queryList(
                "SELECT slot_name FROM pg_replication_slots WHERE slot_name = '" + slot() + "'");
    }

    private List<String> publications() {
        return database.queryList("SELECT pubname FROM pg_publication");
    }

    private Path file() {
        return folder.resolve("pipelines.yaml");
    }

    private Path state() {
        return folder.resolve("state").resolve(name);
    }

    private void write(String dsn) throws IOException {
        write(dsn, "./state");
    }

    private void write(String dsn, String stateDir) throws IOException {
        Files.createDirectories(folder.resolve("state/other"));
        Files.writeString(folder.resolve("state/other/file"), "of another pipeline");
        Files.writeString(
                file(),
                """
                state_dir: %s
                connections:
                  - name: db
                    type: postgres
                    dsn: "%s"
                pipelines:
                  - name: %s
                    source: {connection: db, tables: [public.t]}
                    sink: {type: arrow, path: ./out}
                    checkpoint_interval: 500ms
                """
                        .formatted(stateDir, dsn, name));
    }
}
