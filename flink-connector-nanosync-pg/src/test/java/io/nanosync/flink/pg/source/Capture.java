package io.nanosync.flink.pg.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pipeline {@code deal} over a table {@code t (id int PRIMARY KEY, note text)} and others, for
 * tests that alter the catalog.
 */
final class Capture implements AutoCloseable {

    static final String PUBLICATION = "nanosync_pub_deal";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Path folder;
    private final TestDatabase database;
    private final AtomicInteger ids = new AtomicInteger(1000);
    private SourceConfig config;
    private SourceJob job;

    /**
     * @param folder where state is kept
     * @param sql what is there before the pipeline is
     */
    Capture(int major, Path folder, String... sql) {
        this(TestPostgres.shared(major), folder, sql);
    }

    Capture(TestPostgres server, Path folder, String... sql) {
        this.folder = folder;
        this.database = server.createDatabase();
        database.execute("CREATE TABLE t (id int PRIMARY KEY, note text)");
        database.execute(sql);
    }

    TestDatabase database() {
        return database;
    }

    SourceJob job() {
        return job;
    }

    Capture execute(String... sql) {
        database.execute(sql);
        return this;
    }

    /** Runs until a change arrives: before that it reads a snapshot. */
    Capture start(String... tables) throws Exception {
        return start(Configs.initial(database, "deal", tables));
    }

    Capture start(SourceConfig asked) throws Exception {
        config = asked;
        job = new SourceJob(config, folder, 1).start();
        awaitChange();
        return this;
    }

    /** A change that is made now has arrived, and so have all that were made before it. */
    void awaitChange() {
        Set<String> made = new HashSet<>();
        Await.until(
                "it streams",
                PATIENCE,
                () -> {
                    job.assertRuns();
                    int id = ids.incrementAndGet();
                    database.execute("INSERT INTO t VALUES (" + id + ", 'here')");
                    made.add(id + "|here");
                    return job.committed().stream()
                            .anyMatch(line -> line.op() == 'i' && made.contains(line.after()));
                });
    }

    void awaitRow(String row) {
        Await.until(
                "row " + row + " has come",
                PATIENCE,
                () -> {
                    job.assertRuns();
                    return job.committed().stream().anyMatch(line -> row.equals(line.after()));
                });
    }

    /** Stops, executes and starts again from the savepoint. */
    Capture whileItIsStopped(String... sql) throws Exception {
        String savepoint = job.stopWithSavepoint();
        database.execute(sql);
        job = new SourceJob(config, folder, 1).fromSavepoint(savepoint).start();
        return this;
    }

    /**
     * Does what the error said, word for word: runs its SQL, and starts without state and with an
     * empty sink.
     */
    Capture doAsTold(Path emptySink) throws Exception {
        String failure = job.failure();
        Matcher told = Pattern.compile("run: (SELECT [^;]+); then ").matcher(failure);
        assertThat(told.find()).as("SQL in: %s", failure).isTrue();
        database.execute(told.group(1));
        folder = emptySink;
        return start(config);
    }

    /** It ends with a message that matches. */
    void assertRefused(String pattern) throws Exception {
        assertThat(job.failure()).contains("PipelineFailedException").containsPattern(pattern);
    }

    @Override
    public void close() throws Exception {
        if (job != null) {
            job.cancel();
        }
        database.close();
    }
}
