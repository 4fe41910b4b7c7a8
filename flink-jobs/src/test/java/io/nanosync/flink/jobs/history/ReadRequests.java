package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.crash.CheckpointedPosition;
import io.nanosync.flink.jobs.history.job.HistoryJob;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.PgSource;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.verify.Resnapshot;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks a pipeline to read tables again, and looks what becomes of it. Requests are made by the
 * thread that takes the steps.
 */
public final class ReadRequests {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Looks for one position: checkpoints come and go while the job runs. */
    private static final int LOOKS = 20;

    private static final int LOOK_MILLIS = 50;

    private static final int MOST_TABLES = 3;

    private final Captures captures;
    private final TestDatabase database;
    private final HistoryJob job;
    private final ProductLog log;
    private final Journal journal;
    private final List<Request> made = new ArrayList<>();

    /**
     * One that was made.
     *
     * @param file that stays until it is done; null when it went before anybody saw it
     * @param done where the WAL ended when it was seen to be done
     */
    private record Request(
            @Nullable Path file,
            List<QualifiedName> tables,
            Lsn asked,
            Lsn streamed,
            @Nullable Lsn done) {}

    ReadRequests(
            Captures captures,
            TestDatabase database,
            HistoryJob job,
            ProductLog log,
            Journal journal) {
        this.captures = captures;
        this.database = database;
        this.job = job;
        this.log = log;
        this.journal = journal;
    }

    /** Some of the tables that are captured, or will be when the job is started. */
    public List<QualifiedName> draw(Random draws) {
        List<QualifiedName> tables = new ArrayList<>(captures.now());
        Collections.shuffle(tables, draws);
        return List.copyOf(
                tables.subList(0, 1 + draws.nextInt(Math.min(MOST_TABLES, tables.size()))));
    }

    /** Asks for them. */
    public void ask(List<QualifiedName> tables) throws IOException {
        Lsn streamed = streamed();
        Lsn asked = walEnd();
        Set<Path> before = files();
        PgSource.readAgain(job.pipeline().source(), tables);
        Set<Path> after = files();
        after.removeAll(before);
        journal.note(
                "    asks to read %s again, the stream stands at %s or behind, the WAL at %s"
                        .formatted(Capture.names(tables), streamed, asked));
        synchronized (made) {
            made.add(
                    new Request(
                            after.isEmpty() ? null : after.iterator().next(),
                            tables,
                            asked,
                            streamed,
                            null));
        }
    }

    private Lsn walEnd() {
        return Lsn.parse(database.queryString("SELECT pg_current_wal_insert_lsn()"));
    }

    /** Up to where the stream was at the least in a completed checkpoint. */
    private Lsn streamed() {
        for (int look = 0; look < LOOKS; look++) {
            try {
                return CheckpointedPosition.newest(job.pipeline())
                        .map(StreamPosition::end)
                        .orElse(new Lsn(0));
            } catch (IOException subsumedWhileRead) {
                Pause.millis(LOOK_MILLIS);
            }
        }
        return new Lsn(0);
    }

    private Set<Path> files() throws IOException {
        Pipeline pipeline = job.pipeline();
        Path folder =
                Path.of(new org.apache.flink.core.fs.Path(pipeline.stateDir()).getPath())
                        .resolve("resnapshot");
        if (!Files.exists(folder)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".properties"))
                    .collect(Collectors.toCollection(HashSet::new));
        }
    }

    /** Returns when tables are being read, or aren't for long. */
    public void awaitReading() {
        try {
            Await.until(
                    "tables are read again",
                    PATIENCE,
                    () -> log.isReading() || job.isStopped() || job.hasEnded());
        } catch (AssertionError notYet) {
            journal.note("    nothing is read yet");
        }
    }

    /** Sees which are done, when the server is there. From any thread. */
    void look() {
        synchronized (made) {
            made.replaceAll(
                    request -> {
                        Path file = request.file();
                        if (request.done() != null || (file != null && Files.exists(file))) {
                            return request;
                        }
                        return done(request);
                    });
        }
    }

    private Request done(Request request) {
        try {
            Lsn now = walEnd();
            journal.note(
                    "    the request for %s is done, the WAL at %s"
                            .formatted(Capture.names(request.tables()), now));
            return new Request(
                    request.file(), request.tables(), request.asked(), request.streamed(), now);
        } catch (AssertionError serverIsAway) {
            return request;
        }
    }

    /** Whether all are done. */
    boolean areDone() {
        look();
        synchronized (made) {
            return made.stream().allMatch(request -> request.done() != null);
        }
    }

    /** Each table that was asked for. */
    List<Resnapshot> asked() {
        synchronized (made) {
            return made.stream()
                    .flatMap(
                            request ->
                                    request.tables().stream()
                                            .map(
                                                    table ->
                                                            new Resnapshot(
                                                                    table,
                                                                    request.asked(),
                                                                    request.streamed(),
                                                                    request.done())))
                    .toList();
        }
    }
}
