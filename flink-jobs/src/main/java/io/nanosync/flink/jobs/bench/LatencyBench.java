package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Measures the time from commit to sink under a steady load. */
final class LatencyBench {

    /** By then the JVM has compiled the stream's way. */
    private static final Duration WARM_UP = Duration.ofSeconds(10);

    private static final Duration CATCH_UP = Duration.ofSeconds(60);
    private static final long CAUGHT_UP_MICROS = 1_000_000;

    private static final String TABLE = "latency";

    private final Database database;
    private final PrintWriter progress;

    LatencyBench(Database database, PrintWriter progress) {
        this.database = database;
        this.progress = progress;
    }

    LatencyReport run(
            ConnectorRuns connector,
            Map<String, String> server,
            int changesPerSecond,
            Duration time)
            throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        BenchTables tables = new BenchTables(database);
        QualifiedName table = tables.createChanges(TABLE, false);
        tables.createSlot(TABLE);
        Latencies latencies = Latencies.named(TABLE);
        try (ConnectorRuns.Running job =
                        connector.start(
                                SourceConfigs.stream(
                                        database.config(),
                                        table,
                                        TABLE,
                                        BenchTables.publication(TABLE),
                                        false),
                                new LatencySink(TABLE));
                SteadyLoad load = SteadyLoad.start(database, table, changesPerSecond)) {
            say("warming up for %d s", WARM_UP.toSeconds());
            job.runFor(WARM_UP);
            awaitCaughtUp(job, latencies);
            say("measuring for %d s", time.toSeconds());
            latencies.record(true);
            long before = load.written();
            long start = System.nanoTime();
            job.runFor(time);
            latencies.record(false);
            double seconds = (System.nanoTime() - start) / 1e9;
            double perSecond = (load.written() - before) / seconds;
            load.stop();
            return new LatencyReport(
                    server,
                    changesPerSecond,
                    perSecond,
                    latencies.number(),
                    latencies.percentileMillis(0.5),
                    latencies.percentileMillis(0.99),
                    latencies.percentileMillis(1));
        } finally {
            Latencies.forget(TABLE);
            tables.dropSlot(TABLE);
        }
    }

    /** What came before the stream began isn't measured. */
    private static void awaitCaughtUp(ConnectorRuns.Running job, Latencies latencies)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (int tries = 0; latencies.newestMicros() > CAUGHT_UP_MICROS; tries++) {
            if (tries == CATCH_UP.toSeconds()) {
                throw new IllegalStateException(
                        "The stream doesn't keep up with this load. Take a lower --rate");
            }
            job.runFor(Duration.ofSeconds(1));
        }
    }

    private void say(String format, Object... arguments) {
        progress.println(String.format(Locale.ROOT, format, arguments));
        progress.flush();
    }
}
