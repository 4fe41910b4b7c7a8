package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.jobs.demo.EmbeddedServer;
import io.nanosync.flink.jobs.demo.Folders;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nanosync bench}: rows and changes a second of the connector beside the bare limits. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the connector beside the bare limits of server and driver, in one run against"
                    + " the same server.",
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

    @Spec private CommandSpec spec;

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
            defaultValue = "4",
            paramLabel = "N",
            description = "Splits read at the same time, on both sides (default ${DEFAULT-VALUE}).")
    private int workers;

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

    @Option(names = "--json", description = "Print exactly one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        BenchPlan plan = plan();
        PrintWriter progress = spec.commandLine().getErr();
        progress.println("starting PostgreSQL");
        progress.flush();
        try (EmbeddedServer server =
                EmbeddedServer.start(Folders.temporary("bench"), SERVER_SETTINGS)) {
            Database database = new Database(server.config());
            Bench bench = new Bench(database, plan, progress);
            print(
                    new BenchReport(
                            plan, settings(database), bench.snapshot(), bench.stream(), List.of()));
        }
        return 0;
    }

    private BenchPlan plan() {
        atLeast("--rows", rows, 0);
        atLeast("--changes", changes, 0);
        atLeast("--workers", workers, 1);
        atLeast("--parallelism", parallelism, 1);
        atLeast("--repeats", repeats, 1);
        return new BenchPlan(rows, changes, workers, parallelism, repeats);
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
                        "logical_decoding_work_mem")) {
            settings.put(name, database.query("SHOW " + name));
        }
        settings.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        return settings;
    }

    private void print(BenchReport report) throws java.io.IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(report.json());
        } else {
            out.print(report.text());
        }
        out.flush();
    }
}
