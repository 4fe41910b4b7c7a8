package io.nanosync.flink.jobs.demo;

import io.nanosync.flink.jobs.demo.replay.Judge;
import io.nanosync.flink.jobs.demo.replay.MarkerWatch;
import io.nanosync.flink.jobs.demo.replay.TableVerdict;
import io.nanosync.flink.jobs.local.EmbeddedServer;
import io.nanosync.flink.jobs.local.progress.ProgressDisplay;
import io.nanosync.flink.jobs.local.progress.Terminal;
import io.nanosync.flink.jobs.metrics.LiveMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postgresql.PGProperty;

/** The demo on a server that runs: load, capture under constant change, compare. */
final class Demo {

    private static final int WRITERS = 3;
    private static final int TRANSACTIONS_PER_SECOND = 300;
    private static final long SEED = 42;
    private static final int LOADERS = 2;
    private static final Duration LONGEST_SNAPSHOT = Duration.ofMinutes(30);
    private static final Duration LONGEST_CATCH_UP = Duration.ofMinutes(5);
    private static final long TICK_MILLIS = 1_000;

    private final EmbeddedServer server;
    private final Path folder;
    private final long rows;
    private final Duration duration;
    private final Terminal terminal;

    /**
     * @param folder for the pipelines file, state and Arrow files
     * @param rows of all tables together
     * @param duration how long changes go on after the snapshot
     * @param terminal where it says what it does
     */
    Demo(EmbeddedServer server, Path folder, long rows, Duration duration, Terminal terminal) {
        this.server = server;
        this.folder = folder;
        this.rows = rows;
        this.duration = duration;
        this.terminal = terminal;
    }

    /** Runs all of it; the verdict of each table. */
    List<TableVerdict> run() throws Exception {
        load();
        Path output = folder.resolve("arrow");
        Path file = PipelineFile.write(folder, server.dsn(), output);
        say("Starting pipeline \"" + PipelineFile.PIPELINE + "\" of " + file);
        try (RunningPipeline pipeline = RunningPipeline.start(file, PipelineFile.PIPELINE)) {
            try (ProgressDisplay progress =
                    new ProgressDisplay(
                            List.of(PipelineFile.PIPELINE),
                            LiveMetrics.ofThisProcess(),
                            terminal)) {
                progress.start();
                writeMeanwhile(pipeline);
            }
            awaitMarker(pipeline, new MarkerWatch(output, DemoTable.MARKER.qualifiedName()));
            say("Everything has arrived. Stopping the pipeline with a savepoint");
            pipeline.stop();
        }
        say("Replaying the Arrow files and comparing them with the tables");
        Properties unspecified = new Properties();
        PGProperty.STRING_TYPE.set(unspecified, "unspecified");
        return new Judge(() -> server.connect(unspecified))
                .judge(
                        output,
                        Arrays.stream(DemoTable.values()).map(DemoTable::qualifiedName).toList());
    }

    private void load() throws SQLException, InterruptedException, ExecutionException {
        say("Loading %,d rows into %d tables", rows, DemoTable.values().length);
        try (Connection connection = server.connect()) {
            DemoTable.createSchema(connection);
        }
        ExecutorService loaders = Executors.newFixedThreadPool(LOADERS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (DemoTable table : DemoTable.values()) {
                running.add(
                        loaders.submit(
                                () -> {
                                    load(table);
                                    return null;
                                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            loaders.shutdownNow();
        }
    }

    private void load(DemoTable table) throws SQLException, IOException {
        try (Connection connection = server.connect()) {
            table.load(connection, rows);
        }
    }

    /** Changes go on through the whole snapshot, and for some time after. */
    private void writeMeanwhile(RunningPipeline pipeline)
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        try (LoadGenerator load =
                LoadGenerator.start(
                        server::connect,
                        new DemoLoad(rows).mix(),
                        WRITERS,
                        TRANSACTIONS_PER_SECOND,
                        SEED)) {
            long giveUp = System.nanoTime() + LONGEST_SNAPSHOT.toNanos();
            while (!pipeline.isStreaming()) {
                if (System.nanoTime() > giveUp) {
                    throw new TimeoutException("No end of the snapshot in " + LONGEST_SNAPSHOT);
                }
                tick(pipeline, load);
            }
            long end = System.nanoTime() + duration.toNanos();
            while (System.nanoTime() < end) {
                tick(pipeline, load);
            }
            load.stop();
            say(
                    "Writers stopped after %,d transactions and %,d rollbacks",
                    load.commits(), load.rollbacks());
        }
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO shop.marker VALUES (1, now())");
        }
    }

    private static void tick(RunningPipeline pipeline, LoadGenerator load)
            throws SQLException, InterruptedException, ExecutionException {
        TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
        pipeline.check();
        load.check();
    }

    private static void awaitMarker(RunningPipeline pipeline, MarkerWatch marker)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        long giveUp = System.nanoTime() + LONGEST_CATCH_UP.toNanos();
        while (!marker.hasArrived()) {
            if (System.nanoTime() > giveUp) {
                throw new TimeoutException(
                        "The last change hasn't arrived "
                                + LONGEST_CATCH_UP
                                + " after the writers stopped");
            }
            TimeUnit.MILLISECONDS.sleep(TICK_MILLIS / 4);
            pipeline.check();
        }
    }

    private void say(String format, Object... values) {
        terminal.out().println(String.format(Locale.ROOT, format, values));
        terminal.out().flush();
    }
}
