package io.nanosync.flink.jobs.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.compose.JobRecord;
import io.nanosync.flink.jobs.local.MetricsRecord;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nanosync metrics}. */
@Command(
        name = "metrics",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what a pipeline measures that runs on this machine (nanosync run) or on a"
                    + " cluster, under the names that Prometheus gets. Of a cluster's job all tasks"
                    + " together: counters summed, of gauges the largest, some seconds old.",
            "Exit code 1: it doesn't run, or can't be asked from here."
        },
        footer = {
            "",
            "Examples:",
            "  nanosync metrics pipeline shop",
            "  nanosync metrics pipeline shop --watch",
            "  nanosync metrics pipeline shop -f pipelines.yaml --json"
        })
final class MetricsCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration WATCH_PERIOD = Duration.ofSeconds(2);
    private static final int LABELS_WIDTH = 40;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin private NamedPipeline named = new NamedPipeline();
    @Mixin private AskedCluster asked = new AskedCluster();

    @Option(
            names = "--watch",
            description =
                    "Show them again every two seconds, until Ctrl-C. Goes on when they can't be"
                            + " had for a while, and says so.")
    private boolean watch;

    @Option(names = "--json", description = "One JSON object a metric, one a line.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Pipeline pipeline = named.read();
        show(pipeline);
        String said = "";
        // Nobody reads any more where the output is a pipe to head.
        while (watch && !spec.commandLine().getOut().checkError()) {
            Thread.sleep(WATCH_PERIOD.toMillis());
            said = showAgain(pipeline, said);
        }
        return 0;
    }

    /**
     * Shows them, or says why that isn't possible now, once for each reason.
     *
     * @param said the reason that was said last; empty where they were shown
     */
    private String showAgain(Pipeline pipeline, String said) throws Exception {
        try {
            List<PrometheusLine> samples = samples(pipeline);
            spec.commandLine().getOut().println();
            print(samples);
            return "";
        } catch (CommandException | IOException e) {
            String reason = FailureMessage.of(e);
            if (!reason.equals(said)) {
                PrintWriter err = spec.commandLine().getErr();
                err.println("nanosync: " + reason);
                err.flush();
            }
            return reason;
        }
    }

    private void show(Pipeline pipeline) throws Exception {
        print(samples(pipeline));
    }

    private void print(List<PrometheusLine> samples) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        for (PrometheusLine sample : samples) {
            out.println(json ? json(sample) : row(sample));
        }
        out.flush();
    }

    private List<PrometheusLine> samples(Pipeline pipeline)
            throws IOException, InterruptedException, CommandException {
        Optional<MetricsRecord> record = MetricsRecord.read(pipeline);
        boolean runs = record.isPresent() && !isOver(record.get(), pipeline);
        Whereabouts where =
                runs && !asked.isGiven() ? new Whereabouts.Nowhere() : asked.find(pipeline);
        if (where instanceof Whereabouts.Running running && running.record().process() == null) {
            return required(
                    running.record().rest().toString(),
                    pipeline,
                    ClusterNumbers.of(running, pipeline));
        }
        if (!runs && where instanceof Whereabouts.Unknown) {
            throw new CommandException(
                    "Pipeline " + pipeline.name() + ": " + WhereText.of(where, null));
        }
        return ofRun(
                pipeline,
                record.orElseThrow(
                        () ->
                                new CommandException(
                                        "Pipeline "
                                                + pipeline.name()
                                                + " doesn't run by nanosync run: "
                                                + pipeline.stateDir()
                                                + " has no address of its metrics. Nor is its"
                                                + " job on a cluster: "
                                                + WhereText.of(where, "running"))));
    }

    /** Whether a run was killed, or the pipeline was started another way since. */
    private static boolean isOver(MetricsRecord run, Pipeline pipeline) throws IOException {
        JobRecord.LocalProcess process = run.process();
        if (process.isHere() && ProcessHandle.of(process.pid()).isEmpty()) {
            return true;
        }
        return JobRecord.read(pipeline.stateDir())
                .filter(job -> !process.equals(job.process()))
                .filter(job -> job.started().isAfter(Instant.parse(run.started())))
                .isPresent();
    }

    private static List<PrometheusLine> ofRun(Pipeline pipeline, MetricsRecord record)
            throws InterruptedException, CommandException {
        if (!record.process().isHere()) {
            throw new CommandException(
                    "Pipeline "
                            + pipeline.name()
                            + " runs on "
                            + record.process().host()
                            + ", as process "
                            + record.process().pid()
                            + ", and answers there only. Run this command there");
        }
        List<PrometheusLine> samples =
                PrometheusLine.parse(text(pipeline, record)).stream()
                        .filter(line -> pipeline.name().equals(line.labels().get("pipeline")))
                        .toList();
        return required(record.address().toString(), pipeline, samples);
    }

    private static List<PrometheusLine> required(
            String place, Pipeline pipeline, List<PrometheusLine> samples) throws CommandException {
        if (samples.isEmpty()) {
            throw new CommandException(
                    place
                            + " has no metrics of pipeline "
                            + pipeline.name()
                            + " now: it is starting, restarting or stopping. Try again");
        }
        return samples;
    }

    private static String text(Pipeline pipeline, MetricsRecord record)
            throws InterruptedException, CommandException {
        try {
            return HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(
                            HttpRequest.newBuilder(record.address()).timeout(PATIENCE).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new CommandException(
                    "Pipeline "
                            + pipeline.name()
                            + " doesn't run any more: its run of "
                            + record.started()
                            + ", process "
                            + record.process().pid()
                            + ", doesn't answer at "
                            + record.address()
                            + " ("
                            + e
                            + "). Start it again with: nanosync run",
                    e);
        }
    }

    private static String row(PrometheusLine sample) {
        String labels =
                sample.labels().entrySet().stream()
                        .filter(label -> !label.getKey().equals("pipeline"))
                        .map(Map.Entry::getValue)
                        .collect(Collectors.joining(" "));
        return String.format(
                        Locale.ROOT,
                        "%-37s %-" + LABELS_WIDTH + "s %20s",
                        sample.name(),
                        labels.length() > LABELS_WIDTH
                                ? labels.substring(0, LABELS_WIDTH - 1) + "…"
                                : labels,
                        sample.value())
                .stripTrailing();
    }

    private static String json(PrometheusLine sample) throws IOException {
        ObjectNode object = JSON.createObjectNode();
        object.put("name", sample.name());
        object.set("labels", JSON.valueToTree(sample.labels()));
        // JSON has no infinity.
        if (sample.value().endsWith("Inf")) {
            object.put("value", sample.value());
        } else {
            object.put("value", new BigDecimal(sample.value()));
        }
        return JSON.writeValueAsString(object);
    }
}
