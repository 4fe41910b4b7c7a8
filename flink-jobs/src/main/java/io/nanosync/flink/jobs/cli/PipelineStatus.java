package io.nanosync.flink.jobs.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nanosync.flink.jobs.cluster.RunningCluster;
import io.nanosync.flink.jobs.cluster.SourceMetrics;
import io.nanosync.flink.jobs.cluster.Whereabouts;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.drift.DriftReport;
import io.nanosync.flink.pg.source.PgSource;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a pipeline does, as its cluster, its server and its state folder say.
 *
 * @param phase what its job does; null when it doesn't run
 * @param checkpoint the newest completed of its job
 * @param waits what its stream waits for; empty when for nothing
 * @param tables what its job counts of them
 * @param slot null when it has none, or the server doesn't answer
 * @param serverAnswers whether that could be asked
 * @param drifts in front of which it stands
 * @param problems why some of it isn't known
 */
record PipelineStatus(
        Pipeline pipeline,
        Whereabouts where,
        @Nullable String phase,
        Optional<RunningCluster.Checkpoint> checkpoint,
        String waits,
        StatusOfTables tables,
        @Nullable SlotOutlook slot,
        boolean serverAnswers,
        List<DriftReport> drifts,
        List<String> problems) {

    /** Asks all of them. */
    static PipelineStatus of(Pipeline pipeline, Whereabouts where) throws InterruptedException {
        SourceConfig config = pipeline.source();
        Problems problems = new Problems();
        String phase = null;
        Optional<RunningCluster.Checkpoint> checkpoint = Optional.empty();
        String waits = "";
        StatusOfTables tables = StatusOfTables.NONE;
        if (where instanceof Whereabouts.Running running) {
            String job = running.record().job();
            SourceMetrics metrics = running.cluster().metrics(job, running.job());
            phase = problems.orElse("running", () -> WhereText.phase(running));
            checkpoint = problems.orElse(checkpoint, () -> running.cluster().newestCheckpoint(job));
            waits = problems.orElse("", () -> metrics.ofTasks(SourceMetric.STREAM_STATUS));
            tables =
                    problems.orElse(
                            tables, () -> StatusOfTables.of(metrics.tables(), pipeline.tables()));
        }
        SlotOutlook slot = null;
        boolean serverAnswers = true;
        try {
            slot = pipeline.isBounded() ? null : SlotOutlook.of(config);
        } catch (PgException e) {
            serverAnswers = false;
            problems.add(FailureMessage.of(e));
        }
        List<DriftReport> drifts = problems.orElse(List.of(), () -> PgSource.pauses(config));
        return new PipelineStatus(
                pipeline,
                where,
                phase,
                checkpoint,
                waits,
                tables,
                slot,
                serverAnswers,
                drifts,
                problems.texts());
    }

    /** Whether all of it could be asked for. */
    boolean isWhole() {
        return problems.isEmpty() && where.isKnown();
    }

    /** Lines for people. */
    String text() {
        StringBuilder text = new StringBuilder();
        line(text, pipeline.name() + ": " + WhereText.of(where, phase));
        checkpoint.ifPresent(newest -> line(text, "  " + age(newest)));
        if (!waits.isEmpty()) {
            line(text, "  " + waits);
        }
        tables.lines().forEach(table -> line(text, "  " + table));
        for (DriftReport drift : drifts) {
            line(text, "  paused: " + drift.text());
        }
        if (slot != null) {
            slot.lines().forEach(slotLine -> line(text, "  " + slotLine));
        } else if (serverAnswers) {
            line(text, pipeline.isBounded() ? "  no slot: it ends with its snapshot" : "  no slot");
        }
        problems.forEach(problem -> line(text, "  not known: " + problem));
        return text.toString();
    }

    private static String age(RunningCluster.Checkpoint checkpoint) {
        long seconds = Duration.between(checkpoint.completed(), Instant.now()).toSeconds();
        return "checkpoint %d completed %ds ago".formatted(checkpoint.id(), Math.max(0, seconds));
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }

    /** One object, of which what isn't known is left out. */
    String json() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("pipeline", pipeline.name());
        json.put("running", where instanceof Whereabouts.Running);
        if (phase == null) {
            json.put("reason", WhereText.of(where, null));
        } else {
            json.put("phase", phase);
        }
        if (where instanceof Whereabouts.Running running) {
            json.put("rest", running.record().rest().toString());
            json.put("job", running.record().job());
            json.put("started", running.record().started().toString());
        }
        checkpoint.ifPresent(
                newest ->
                        json.putObject("checkpoint")
                                .put("id", newest.id())
                                .put("completed", newest.completed().toString()));
        json.put("waits", waits);
        tables.writeTo(json.putArray("tables"));
        if (slot != null) {
            slot.writeTo(json.putObject("slot"));
        }
        var paused = json.putArray("drifts");
        drifts.forEach(
                drift ->
                        paused.addObject()
                                .put("table", drift.table())
                                .put("text", drift.text())
                                .put("acceptable", drift.acceptable()));
        problems.forEach(json.putArray("problems")::add);
        return json.toPrettyString() + "\n";
    }
}
