package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.DriftPolicy;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.drift.DriftReport;
import io.nanosync.flink.pg.source.SourceJob.Line;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Pipeline {@code drift} over tables {@code t} and {@code u (id int PRIMARY KEY, note text)}, whose
 * schemas are altered. It has a state directory.
 */
final class DriftingPipeline implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final TestPostgres server;
    private final TestDatabase database;
    private SourceConfig config;
    private @Nullable SourceJob job;

    DriftingPipeline(TestPostgres server, Path folder, String... sql) {
        this.folder = folder;
        this.server = server;
        this.database = server.createDatabase();
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, note text)",
                "CREATE TABLE u (id int PRIMARY KEY, note text)");
        database.execute(sql);
        config =
                configured("public.t", "public.u")
                        .with(SourceOptions.SCHEMA_DRIFT, DriftPolicy.PAUSE);
    }

    private SourceConfig configured(String... tables) {
        return Configs.withStateDir(
                Configs.of(database, "drift", new StartupMode.Initial(), tables),
                folder.resolve("state").toUri().toString());
    }

    TestDatabase database() {
        return database;
    }

    DriftingPipeline policy(DriftPolicy policy) {
        config = config.with(SourceOptions.SCHEMA_DRIFT, policy);
        return this;
    }

    /** Changes come when their transaction has ended. */
    DriftingPipeline wholeTransactions() {
        config = config.with(SourceOptions.BATCH_BOUNDARY_SIGNALING, true);
        return this;
    }

    DriftingPipeline tables(String... tables) {
        config = configured(tables).with(SourceOptions.SCHEMA_DRIFT, config.drift());
        return this;
    }

    DriftingPipeline execute(String... sql) {
        database.execute(sql);
        return this;
    }

    SourceConfig config() {
        return config;
    }

    SourceJob job() {
        return Objects.requireNonNull(job);
    }

    /** A job of it that isn't started. */
    SourceJob newJob() {
        job = new SourceJob(config, folder, 1);
        return job;
    }

    /** Runs until a change of each table arrives: before that it reads a snapshot. */
    DriftingPipeline start() throws Exception {
        newJob().start();
        Await.until(
                "it streams",
                PATIENCE,
                () -> {
                    job().assertRuns();
                    execute("INSERT INTO t SELECT 1000 + count(*) FROM t");
                    return job().committed().stream().anyMatch(line -> line.op() == 'i');
                });
        execute("DELETE FROM t");
        await("the table is empty again", lines -> lines.get(lines.size() - 1).op() == 'd');
        return this;
    }

    /** Starts again from the newest state. */
    DriftingPipeline restart(String state) throws Exception {
        newJob().fromSavepoint(state).start();
        return this;
    }

    /** What is committed is as it is to be. */
    interface Condition {
        boolean holds(List<Line> lines);
    }

    void await(String what, Condition condition) {
        Await.until(
                what,
                PATIENCE,
                () -> {
                    job().assertRuns();
                    return condition.holds(Replay.of(job().committed(), "public.t"));
                });
    }

    /** Waits for changes of ids below 1000 of a table, and that they are just these, in order. */
    void awaitChanges(String table, String... changes) {
        Await.until(
                "changes " + List.of(changes) + " of " + table,
                PATIENCE,
                () -> {
                    job().assertRuns();
                    return changes(table).size() >= changes.length;
                });
        assertThat(changes(table)).containsExactly(changes);
    }

    /** Changes of ids below 1000 that are committed, in order. */
    List<String> changes(String... tables) {
        return Stream.of(tables)
                .flatMap(table -> Replay.of(job().committed(), table).stream())
                .filter(line -> line.op() != 'r')
                .map(
                        line ->
                                line.op()
                                        + " "
                                        + (line.after() == null ? line.before() : line.after()))
                .filter(change -> !change.matches(". 1\\d{3}(\\|.*)?"))
                .toList();
    }

    /** Waits until it is paused and says so; the job runs on. */
    DriftReport awaitPaused(String... words) {
        DriftReport report =
                Await.value(
                        "the pipeline is paused",
                        PATIENCE,
                        () -> {
                            job().assertRuns();
                            return PgSource.pauses(config).stream()
                                    .filter(
                                            found ->
                                                    Stream.of(words)
                                                            .allMatch(found.text()::contains))
                                    .findFirst()
                                    .orElse(null);
                        });
        assertThat(report.text()).contains("nanosync r");
        return report;
    }

    /** Accepts what it waits for. */
    DriftingPipeline resume(String... words) throws IOException {
        PgSource.resume(config, awaitPaused(words));
        return this;
    }

    /** All that a pause left behind is gone once a checkpoint has the new schema. */
    void awaitSettled() {
        Await.until(
                "nothing is left of the pause",
                PATIENCE,
                () -> {
                    job().assertRuns();
                    return files() == 0;
                });
    }

    /** How many files there are about pauses. */
    long files() throws IOException {
        Path drift = folder.resolve("state/drift");
        if (!Files.exists(drift)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(drift)) {
            return files.count();
        }
    }

    String newestState() throws IOException {
        return job().newestState();
    }

    /** Waits for so many more checkpoints. */
    void awaitCheckpoints(int more) throws IOException {
        Set<String> seen = new HashSet<>();
        Await.until(
                more + " checkpoints complete",
                PATIENCE,
                () -> {
                    job().assertRuns();
                    seen.add(newestState());
                    return seen.size() > more;
                });
    }

    Lsn confirmed() {
        return Lsn.parse(
                database.queryString(
                        "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name ="
                                + " 'nanosync_slot_drift'"));
    }

    Lsn now() {
        return Lsn.parse(database.queryString("SELECT pg_current_wal_insert_lsn()"));
    }

    TestPostgres server() {
        return server;
    }

    @Override
    public void close() throws Exception {
        if (job != null) {
            job.cancel();
        }
        database.close();
    }
}
