package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.jobs.demo.EmbeddedServer;
import io.nanosync.flink.jobs.demo.Folders;
import io.nanosync.flink.jobs.demo.Logs;
import io.nanosync.flink.jobs.demo.TemporaryFolder;
import io.nanosync.flink.jobs.pipeline.InvalidPipelinesFileException;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.pg.config.SourceConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code nanosync bench}: rows and changes a second of the connector beside the bare limits, or how
 * long a change takes to the sink.
 */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the connector beside the bare limits of server and driver, in one run against"
                    + " the same server; or, with --latency, how long a change takes from its"
                    + " commit to the sink.",
            "Results go to standard output, progress to standard error."
        })
public final class BenchCommand implements Callable<Integer> {

    /** Enough memory for the tables, no vacuum and no checkpoint in the middle of a run. */
    private static final Map<String, String> SERVER_SETTINGS =
            Map.of(
                    "shared_buffers", "1GB",
                    "max_wal_size", "16GB",
                    "checkpoint_timeout", "1h",
                    "autovacuum", "off");

    private static final int DEFAULT_WORKERS = 4;

    @Spec private CommandSpec spec;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description =
                    "Measure the snapshot of a pipeline of this file on its own database instead of"
                            + " an embedded one.")
    private @Nullable Path file;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PIPELINE",
            description = "With -f: which pipeline, where the file has several.")
    private @Nullable String pipelineName;

    @Option(
            names = "--rows",
            defaultValue = "5000000",
            paramLabel = "N",
            description =
                    "Rows of the snapshot table; 0 leaves the phase out (default"
                            + " ${DEFAULT-VALUE}).")
    private long rows;

    @Option(
            names = "--changes",
            defaultValue = "1700000",
            paramLabel = "N",
            description =
                    "Changes in the backlog; 0 leaves the phase out (default ${DEFAULT-VALUE}).")
    private long changes;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description =
                    "Splits read at the same time, on both sides (default 4; with -f as the"
                            + " pipeline has it).")
    private @Nullable Integer workers;

    @Option(
            names = "--parallelism",
            defaultValue = "2",
            paramLabel = "N",
            description = "Parallelism of the Flink job (default ${DEFAULT-VALUE}).")
    private int parallelism;

    @Option(
            names = "--repeats",
            defaultValue = "3",
            paramLabel = "N",
            description = "Measured runs of either side, by turns (default ${DEFAULT-VALUE}).")
    private int repeats;

    @ArgGroup(exclusive = false)
    private @Nullable LatencyOptions latency;

    @Option(names = "--json", description = "Print exactly one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Callable<? extends BenchResult> bench = bench();
        try (TemporaryFolder folder = TemporaryFolder.create("bench")) {
            Logs.to(folder.path().resolve("bench.log"));
            BenchResult result = bench.call();
            print(json ? result.json() + System.lineSeparator() : result.text());
        }
        return 0;
    }

    private Callable<? extends BenchResult> bench() throws InvalidPipelinesFileException {
        if (latency != null && latency.on()) {
            return latency(latency);
        }
        return file == null ? embedded() : ownDatabase(pipeline(file));
    }

    private Callable<LatencyReport> latency(LatencyOptions options) {
        if (file != null || pipelineName != null) {
            throw usage("--latency writes a load of its own: it has no meaning with a pipeline");
        }
        for (String option : List.of("--rows", "--changes", "--workers", "--repeats")) {
            refuse(option, "with --latency: --rate and --seconds say how much is measured");
        }
        atLeast("--rate", options.rate(), 1);
        atLeast("--seconds", options.seconds(), 1);
        atLeast("--parallelism", parallelism, 1);
        return () -> latency(options.rate(), Duration.ofSeconds(options.seconds()));
    }

    private LatencyReport latency(int changesPerSecond, Duration time) throws Exception {
        try (EmbeddedServer server = startServer(latencySettings());
                ConnectorRuns connector = ConnectorRuns.start(parallelism)) {
            Database database = new Database(server.config());
            return new LatencyBench(database, spec.commandLine().getErr())
                    .run(connector, settings(database), changesPerSecond, time);
        }
    }

    private EmbeddedServer startServer(Map<String, String> settings) throws IOException {
        PrintWriter progress = spec.commandLine().getErr();
        progress.println("starting PostgreSQL");
        progress.flush();
        return EmbeddedServer.start(Folders.temporary("bench-postgres"), settings);
    }

    /**
     * Only flushed WAL is sent, and the embedded server's commits don't wait for that by
     * themselves: the WAL writer does it every 200 ms, which would be all that is measured.
     */
    private static Map<String, String> latencySettings() {
        Map<String, String> settings = new HashMap<>(SERVER_SETTINGS);
        settings.put("synchronous_commit", "on");
        return settings;
    }

    private Callable<BenchReport> embedded() {
        if (pipelineName != null) {
            throw usage("A pipeline needs -f FILE, found only its name: " + pipelineName);
        }
        BenchPlan plan = plan(rows, changes, DEFAULT_WORKERS);
        return () -> embedded(plan);
    }

    private BenchReport embedded(BenchPlan plan) throws Exception {
        try (EmbeddedServer server = startServer(SERVER_SETTINGS);
                ConnectorRuns connector = ConnectorRuns.start(plan.parallelism())) {
            Database database = new Database(server.config());
            Bench bench = new Bench(database, plan, connector, spec.commandLine().getErr());
            Comparison snapshot = bench.snapshot();
            Comparison stream = bench.stream();
            return new BenchReport(plan, settings(database), snapshot, stream, bench.notes());
        }
    }

    private Callable<BenchReport> ownDatabase(Pipeline pipeline) {
        for (String option : List.of("--rows", "--changes")) {
            refuse(option, "with -f: the pipeline's tables are read");
        }
        SourceConfig config =
                pipeline.properties()
                        .toConfig(
                                pipeline.connection(),
                                pipeline.name(),
                                pipeline.tables(),
                                null,
                                false,
                                false);
        BenchPlan plan = plan(0, 0, config.snapshot().workers());
        return () -> ownDatabase(config, plan);
    }

    private BenchReport ownDatabase(SourceConfig config, BenchPlan plan) throws Exception {
        PipelineBench bench = new PipelineBench(config, plan, spec.commandLine().getErr());
        Comparison snapshot;
        try (ConnectorRuns connector = ConnectorRuns.start(plan.parallelism())) {
            snapshot = bench.snapshot(connector);
        }
        long read = snapshot.limit().get(0).rows();
        return new BenchReport(
                new BenchPlan(read, 0, plan.workers(), plan.parallelism(), plan.repeats()),
                settings(bench.database()),
                snapshot,
                null,
                List.of(PipelineBench.NO_STREAM));
    }

    private Pipeline pipeline(Path source) throws InvalidPipelinesFileException {
        PipelinesFile pipelines = PipelinesFile.read(source, System.getenv());
        if (pipelineName != null) {
            return pipelines
                    .pipeline(pipelineName)
                    .orElseThrow(() -> usage("No pipeline " + pipelineName + " in " + source));
        }
        if (pipelines.pipelines().size() != 1) {
            throw usage(source + " has several pipelines: name one");
        }
        return pipelines.pipelines().get(0);
    }

    private BenchPlan plan(long planRows, long planChanges, int defaultWorkers) {
        int planWorkers = workers == null ? defaultWorkers : workers;
        atLeast("--rows", planRows, 0);
        atLeast("--changes", planChanges, 0);
        atLeast("--workers", planWorkers, 1);
        atLeast("--parallelism", parallelism, 1);
        atLeast("--repeats", repeats, 1);
        return new BenchPlan(planRows, planChanges, planWorkers, parallelism, repeats);
    }

    private void refuse(String option, String reason) {
        if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
            throw usage(option + " has no meaning " + reason);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void atLeast(String option, long value, long least) {
        if (value < least) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be at least " + least + ", found " + value);
        }
    }

    private static Map<String, String> settings(Database database) throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("PostgreSQL", database.query("SHOW server_version"));
        for (String name :
                List.of(
                        "shared_buffers",
                        "max_wal_size",
                        "checkpoint_timeout",
                        "autovacuum",
                        "fsync",
                        "synchronous_commit",
                        "logical_decoding_work_mem")) {
            settings.put(name, database.query("SHOW " + name));
        }
        settings.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        return settings;
    }

    private void print(String report) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(report);
        out.flush();
    }
}
