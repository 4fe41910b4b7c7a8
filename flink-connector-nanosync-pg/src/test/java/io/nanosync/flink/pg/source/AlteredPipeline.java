package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tables {@code first}, {@code second} and {@code third} under constant load, and a pipeline that
 * is stopped with a savepoint and started from it with other tables.
 */
final class AlteredPipeline implements AutoCloseable {

    private static final List<String> TABLES = List.of("first", "second", "third");

    final TestDatabase database;
    private final Path folder;
    private StartupMode startup = new StartupMode.Initial();
    private @Nullable ConnectionConfig connection;
    private @Nullable SourceConfig config;
    private @Nullable SourceJob job;
    private @Nullable BackgroundLoad load;

    AlteredPipeline(int major, Path folder) {
        this.folder = folder;
        database = TestPostgres.shared(major).createDatabase();
        for (String table : TABLES) {
            database.execute(
                    "CREATE TABLE " + table + " (id bigint PRIMARY KEY, note text, amount int)",
                    "ALTER TABLE " + table + " REPLICA IDENTITY FULL",
                    "INSERT INTO "
                            + table
                            + " SELECT g, 'note', 0 FROM generate_series(1, 5000) g");
        }
    }

    /** One of its two partitions has its columns in another order; rows move between them. */
    AlteredPipeline withParts() {
        database.execute(
                "CREATE TABLE parts (id bigint, note text, amount int, PRIMARY KEY (id, amount))"
                        + " PARTITION BY RANGE (amount)",
                "CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (2)",
                "CREATE TABLE parts_high (amount int NOT NULL, id bigint NOT NULL, note text)",
                "ALTER TABLE parts ATTACH PARTITION parts_high FOR VALUES FROM (2) TO (1000000)",
                "ALTER TABLE parts REPLICA IDENTITY FULL",
                "ALTER TABLE parts_low REPLICA IDENTITY FULL",
                "ALTER TABLE parts_high REPLICA IDENTITY FULL",
                "INSERT INTO parts SELECT g, 'note', g % 3 FROM generate_series(1, 5000) g");
        return this;
    }

    /** Begins otherwise than with a snapshot. */
    AlteredPipeline startingWith(StartupMode mode) {
        startup = mode;
        return this;
    }

    /** Connects as another role. */
    AlteredPipeline as(String role, String password) {
        connection = database.connectionConfig(role, password);
        return this;
    }

    /** Connects through a proxy. */
    AlteredPipeline through(TcpProxy proxy) {
        connection = database.connectionConfig(proxy.port());
        return this;
    }

    /**
     * Makes publication and slot, as somebody does.
     *
     * @param slotFirst which of them comes first
     */
    void madeByHand(boolean slotFirst, String... tables) {
        String publication =
                "CREATE PUBLICATION nanosync_pub_altered FOR TABLE " + String.join(", ", tables);
        String slot =
                "SELECT pg_create_logical_replication_slot('nanosync_slot_altered', 'pgoutput')";
        database.execute(slotFirst ? slot : publication, slotFirst ? publication : slot);
    }

    /** Each transaction writes these tables. */
    AlteredPipeline load(String... tables) {
        return loadWith("", tables);
    }

    /**
     * @param values of inserted rows behind their id, with the comma in front
     */
    AlteredPipeline loadWith(String values, String... tables) {
        load =
                BackgroundLoad.start(
                        database,
                        (writer, statement, i) -> {
                            for (String table : tables) {
                                BackgroundLoad.change(statement, table, values, "amount + 1", i);
                            }
                            BackgroundLoad.end(writer, i);
                        });
        return this;
    }

    AlteredPipeline loadAll() {
        return load(TABLES.toArray(String[]::new));
    }

    /** A job over these tables, which isn't started. */
    SourceJob of(String... tables) {
        String[] names =
                List.of(tables).stream()
                        .map(t -> t.startsWith("!") ? "!public." + t.substring(1) : "public." + t)
                        .toArray(String[]::new);
        config =
                Configs.withStateDir(
                        Configs.of(
                                connection == null ? database.connectionConfig() : connection,
                                "altered",
                                startup,
                                names),
                        folder.resolve("state").toUri().toString());
        job = new SourceJob(config, folder, 2);
        return job;
    }

    void start(String... tables) throws Exception {
        of(tables).start();
    }

    void startFrom(String savepoint, String... tables) throws Exception {
        of(tables).fromSavepoint(savepoint).start();
    }

    SourceJob job() {
        if (job == null) {
            throw new IllegalStateException("No job was started");
        }
        return job;
    }

    /** Asks for tables to be read again. */
    void readAgain(String... tables) throws IOException {
        PgSource.readAgain(
                Objects.requireNonNull(config),
                Stream.of(tables).map(table -> new QualifiedName("public", table)).toList());
    }

    /** How many requests aren't done. */
    long requests() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("state/resnapshot"))) {
            return files.count();
        }
    }

    /** The tables whose rows were taken back. */
    List<String> truncated() {
        return job().committed().stream()
                .filter(line -> line.op() == 't' && line.ordinal() < 0)
                .map(Line::table)
                .toList();
    }

    /** The newest state, a complete checkpoint or a savepoint. */
    String newestState() throws IOException {
        return job().newestState();
    }

    /** What the refusal of an older state says to do where that is meant. */
    void forgetNewestState() throws IOException {
        Files.delete(folder.resolve("state/newest-state.properties"));
    }

    /** The job, to be started from the newest state, if there is any. */
    SourceJob fromNewestState() throws IOException {
        job().state().ifPresent(job()::fromSavepoint);
        return job();
    }

    /** How many changes of a table are committed. */
    long changes(String table) {
        return job().committed().stream()
                .filter(line -> line.table().equals("public." + table) && line.op() != 'r')
                .count();
    }

    /** Waits for changes of each of these tables that come from now on. */
    void awaitChanges(String... tables) {
        for (String table : tables) {
            long before = changes(table);
            Await.until(
                    "changes of " + table + " are committed",
                    Duration.ofSeconds(90),
                    () -> {
                        job().assertRuns();
                        return changes(table) > before;
                    });
        }
    }

    /** Runs the pipeline over these tables until their changes come, and stops it. */
    String savepointOf(String... tables) throws Exception {
        start(tables);
        awaitChanges(tables);
        return stop();
    }

    String stop() throws Exception {
        String savepoint = job().stopWithSavepoint();
        Await.until(
                "the job has ended",
                Duration.ofSeconds(60),
                () -> job().client().getJobExecutionResult().isDone());
        return savepoint;
    }

    List<String> published() {
        return database.queryList(
                "SELECT tablename FROM pg_publication_tables WHERE pubname ="
                        + " 'nanosync_pub_altered' ORDER BY 1");
    }

    void awaitPublished(String... tables) {
        Await.until(
                "published are " + List.of(tables),
                Duration.ofSeconds(60),
                () -> {
                    job().assertRuns();
                    return published().equals(List.of(tables));
                });
    }

    private void endLoad() throws InterruptedException {
        if (load != null) {
            load.stop();
            load = null;
        }
    }

    /** Ends the load and the job when all that was written until then is committed. */
    void finish(String... tables) throws Exception {
        endLoad();
        for (String table : tables) {
            database.execute("INSERT INTO " + table + " (id, amount) VALUES (-1, 0)");
        }
        Await.until(
                "the last rows are committed",
                Duration.ofSeconds(90),
                () -> {
                    job().assertRuns();
                    return job().committed().stream()
                                    .filter(
                                            line ->
                                                    line.after() != null
                                                            && line.after().startsWith("-1|"))
                                    .count()
                            == tables.length;
                });
        job().cancel();
    }

    /** The contents end as the table's, each row and change once, and no row is read again. */
    void assertExactlyOnce(String... tables) throws Exception {
        finish(tables);
        for (String table : tables) {
            String name = "public." + table;
            Replay.assertExactlyOnce(job().committed(), name, database, "SELECT * FROM " + table);
            assertThat(
                            Replay.of(job().committed(), name).stream()
                                    .filter(line -> line.op() == 'r')
                                    .map(Line::commitLsn)
                                    .distinct())
                    .as("snapshots of " + table)
                    .hasSize(1);
        }
    }

    @Override
    public void close() throws Exception {
        endLoad();
        if (job != null) {
            job.cancel();
        }
        database.close();
    }
}
