package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.jobs.local.EmbeddedServer;
import io.nanosync.flink.jobs.local.Logs;
import io.nanosync.flink.jobs.local.TemporaryFolder;
import io.nanosync.flink.jobs.pipeline.InvalidPipelinesFileException;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.pg.config.SourceConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
 * {@code nanosync bench}: rows and changes a second of the connector beside the bare limits, how
 * long a change takes to the sink, the strategies of dividing a table beside each other, or few of
 * its columns beside all.
 */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the connector beside the bare limits of server and driver, in one run against"
                    + " the same server; or, with --latency, how long a change takes from its"
                    + " commit to the sink; or, with --strategies, the strategies of dividing a"
                    + " table beside each other; or, with --projection, few columns beside many.",
            "Results go to standard output, progress to standard error."
        })
public final class BenchCommand implements Callable<Integer> {

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
            split = ",",
            description =
                    "Rows of the snapshot table; 0 leaves the phase out (default"
                            + " ${DEFAULT-VALUE}). With --strategies also several, one table after"
                            + " the other: --rows 1000000,2000000")
    private List<Long> rows = List.of();

    @Option(
            names = "--changes",
            defaultValue = "1700000",
            paramLabel = "N",
            description =
                    "Changes in the backlog; 0 leaves the phase out (default ${DEFAULT-VALUE}).")
    private long changes;

    @Option(
            names = "--transaction",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Changes of each transaction in the backlog (default: inserts by thousands, one"
                            + " large update, one large delete).")
    private int transaction;

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

    @Option(
            names = "--strategies",
            description =
                    "Read one table by ctid, ntile and minmax by turns, divided by a column in the"
                            + " order of the table and by one that is scattered over it, with an"
                            + " index on each and without.")
    private boolean strategies;

    @Option(
            names = "--sql",
            description =
                    "Read through a table of Flink SQL into one that counts; the stream's table has"
                            + " REPLICA IDENTITY FULL, for both sides.")
    private boolean sql;

    @Option(
            names = "--projection",
            description =
                    "Read three columns of a table that has thirty, and all of them, by turns: its"
                            + " snapshot and a backlog of inserts.")
    private boolean projection;

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
        if (strategies) {
            return strategies();
        }
        if (projection) {
            return projection();
        }
        return file == null ? embedded() : ownDatabase(pipeline(file));
    }

    private Callable<LatencyReport> latency(LatencyOptions options) {
        if (file != null || pipelineName != null) {
            throw usage("--latency writes a load of its own: it has no meaning with a pipeline");
        }
        for (String option :
                List.of(
                        "--rows",
                        "--changes",
                        "--transaction",
                        "--workers",
                        "--repeats",
                        "--sql",
                        "--strategies",
                        "--projection")) {
            refuse(option, "with --latency: --rate and --seconds say how much is measured");
        }
        atLeast("--rate", options.rate(), 1);
        atLeast("--seconds", options.seconds(), 1);
        atLeast("--parallelism", parallelism, 1);
        return () -> latency(options.rate(), Duration.ofSeconds(options.seconds()));
    }

    private LatencyReport latency(int changesPerSecond, Duration time) throws Exception {
        try (EmbeddedServer server = BenchServer.forLatency(progress());
                ConnectorRuns connector = ConnectorRuns.start(parallelism)) {
            Database database = new Database(server.config());
            return new LatencyBench(database, progress())
                    .run(connector, BenchServer.settings(database), changesPerSecond, time);
        }
    }

    private Callable<StrategiesReport> strategies() {
        if (file != null || pipelineName != null) {
            throw usage("--strategies loads tables of its own: it has no meaning with a pipeline");
        }
        for (String option : List.of("--changes", "--transaction", "--projection")) {
            refuse(option, "with --strategies: only the snapshot is measured");
        }
        refuse("--sql", "with --strategies: a table is divided alike");
        rows.forEach(number -> atLeast("--rows", number, 1));
        BenchPlan common = plan(0, 0, DEFAULT_WORKERS);
        StrategiesPlan plan =
                new StrategiesPlan(rows, common.workers(), common.parallelism(), common.repeats());
        return () -> strategies(plan);
    }

    private StrategiesReport strategies(StrategiesPlan plan) throws Exception {
        try (EmbeddedServer server = BenchServer.forThroughput(progress());
                ConnectorRuns connector = ConnectorRuns.start(plan.parallelism())) {
            Database database = new Database(server.config());
            StrategiesBench bench = new StrategiesBench(database, plan, connector, progress());
            return new StrategiesReport(plan, BenchServer.settings(database), bench.run());
        }
    }

    private Callable<ProjectionReport> projection() {
        if (file != null || pipelineName != null) {
            throw usage("--projection loads tables of its own: it has no meaning with a pipeline");
        }
        refuse("--transaction", "with --projection: the backlog has inserts alone");
        refuse("--sql", "with --projection: batches are counted as they come of the source");
        BenchPlan plan = plan(onlyRows(), changes, DEFAULT_WORKERS);
        return () -> projection(plan);
    }

    private ProjectionReport projection(BenchPlan plan) throws Exception {
        try (EmbeddedServer server = BenchServer.forThroughput(progress());
                ConnectorRuns connector = ConnectorRuns.start(plan.parallelism())) {
            Database database = new Database(server.config());
            ProjectionBench bench = new ProjectionBench(database, plan, connector, progress());
            return new ProjectionReport(
                    plan, BenchServer.settings(database), bench.snapshot(), bench.stream());
        }
    }

    private long onlyRows() {
        if (rows.size() > 1) {
            throw usage("--rows takes several numbers with --strategies alone");
        }
        return rows.get(0);
    }

    private Callable<BenchReport> embedded() {
        if (pipelineName != null) {
            throw usage("A pipeline needs -f FILE, found only its name: " + pipelineName);
        }
        BenchPlan plan = plan(onlyRows(), changes, DEFAULT_WORKERS);
        return () -> embedded(plan);
    }

    private BenchReport embedded(BenchPlan plan) throws Exception {
        try (EmbeddedServer server = BenchServer.forThroughput(progress());
                ConnectorRuns connector = ConnectorRuns.start(plan.parallelism(), plan.reading())) {
            Database database = new Database(server.config());
            Bench bench = new Bench(database, plan, connector, progress());
            Comparison snapshot = bench.snapshot();
            Comparison stream = bench.stream();
            return new BenchReport(
                    plan, BenchServer.settings(database), snapshot, stream, bench.notes());
        }
    }

    private Callable<BenchReport> ownDatabase(Pipeline pipeline) {
        for (String option : List.of("--rows", "--changes", "--transaction", "--sql")) {
            refuse(option, "with -f: the pipeline's tables are read");
        }
        SourceConfig config = pipeline.source();
        BenchPlan plan = plan(0, 0, config.snapshotWorkers());
        return () -> ownDatabase(config, plan);
    }

    private BenchReport ownDatabase(SourceConfig config, BenchPlan plan) throws Exception {
        PipelineBench bench = new PipelineBench(config, plan, progress());
        Comparison snapshot;
        try (ConnectorRuns connector = ConnectorRuns.start(plan.parallelism())) {
            snapshot = bench.snapshot(connector);
        }
        long read = snapshot.limit().get(0).rows();
        return new BenchReport(
                new BenchPlan(
                        read, 0, 0, plan.workers(), plan.parallelism(), false, plan.repeats()),
                BenchServer.settings(bench.database()),
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
        atLeast("--transaction", transaction, 0);
        atLeast("--workers", planWorkers, 1);
        atLeast("--parallelism", parallelism, 1);
        atLeast("--repeats", repeats, 1);
        return new BenchPlan(
                planRows, planChanges, transaction, planWorkers, parallelism, sql, repeats);
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

    private PrintWriter progress() {
        return spec.commandLine().getErr();
    }

    private void print(String report) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(report);
        out.flush();
    }
}
