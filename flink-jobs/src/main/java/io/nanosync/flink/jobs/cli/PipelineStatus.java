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
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a pipeline does, as its cluster, its server and its state folder say.
 *
 * @param phase what its job does; null when it doesn't run
 * @param checkpoint the newest completed of its job; null when there is none, or no job
 * @param waits what its stream waits for; empty when for nothing
 * @param tables what its job counts of them
 * @param slot null when it has none
 * @param serverProblem why the server can't be asked; null when it was
 * @param drifts in front of which it stands
 */
record PipelineStatus(
        Pipeline pipeline,
        Whereabouts where,
        @Nullable String phase,
        RunningCluster.@Nullable Checkpoint checkpoint,
        String waits,
        StatusOfTables tables,
        @Nullable SlotOutlook slot,
        @Nullable String serverProblem,
        List<DriftReport> drifts) {

    /** Asks all of them. */
    static PipelineStatus of(Pipeline pipeline) throws IOException, InterruptedException {
        SourceConfig config = pipeline.source();
        Whereabouts where = Whereabouts.of(pipeline);
        String phase = null;
        RunningCluster.Checkpoint checkpoint = null;
        String waits = "";
        StatusOfTables tables = StatusOfTables.NONE;
        if (where instanceof Whereabouts.Running running) {
            phase = WhereText.phase(running);
            checkpoint = running.cluster().newestCheckpoint(running.record().job()).orElse(null);
            SourceMetrics metrics =
                    running.cluster().metrics(running.record().job(), running.job());
            waits = metrics.ofTasks(SourceMetric.STREAM_STATUS);
            tables = StatusOfTables.of(metrics.tables(), pipeline.tables());
        }
        SlotOutlook slot = null;
        String problem = null;
        try {
            slot = pipeline.isBounded() ? null : SlotOutlook.of(config);
        } catch (PgException e) {
            problem = e.getMessage();
        }
        return new PipelineStatus(
                pipeline,
                where,
                phase,
                checkpoint,
                waits,
                tables,
                slot,
                problem,
                PgSource.pauses(config));
    }

    /** Lines for people. */
    String text() {
        StringBuilder text = new StringBuilder();
        line(text, pipeline.name() + ": " + WhereText.of(where, phase));
        if (checkpoint != null) {
            long seconds = Duration.between(checkpoint.completed(), Instant.now()).toSeconds();
            line(
                    text,
                    "  checkpoint %d completed %ds ago"
                            .formatted(checkpoint.id(), Math.max(0, seconds)));
        }
        if (!waits.isEmpty()) {
            line(text, "  " + waits);
        }
        tables.lines().forEach(table -> line(text, "  " + table));
        for (DriftReport drift : drifts) {
            line(text, "  paused: " + drift.text());
        }
        if (serverProblem != null) {
            line(text, "  " + serverProblem);
        } else if (slot != null) {
            slot.lines().forEach(slotLine -> line(text, "  " + slotLine));
        } else {
            line(text, pipeline.isBounded() ? "  no slot: it ends with its snapshot" : "  no slot");
        }
        return text.toString();
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
        if (checkpoint != null) {
            json.putObject("checkpoint")
                    .put("id", checkpoint.id())
                    .put("completed", checkpoint.completed().toString());
        }
        json.put("waits", waits);
        tables.writeTo(json.putArray("tables"));
        if (serverProblem != null) {
            json.put("serverProblem", serverProblem);
        }
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
        return json.toPrettyString() + "\n";
    }
}
