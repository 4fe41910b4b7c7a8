package io.nanosync.flink.jobs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.nanosync.flink.pg.source.PgSource;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobStatus;

/**
 * A job as its cluster shows it.
 *
 * @param state {@code RUNNING} as soon as it is scheduled, whether there are slots or not
 * @param tasks how many of its operators' chains there are
 * @param running those whose subtasks all run, or have ended well
 * @param source id of the first, in which the source is
 * @param chain names of the operators in that
 */
public record ClusterJob(JobStatus state, int tasks, int running, String source, String chain) {

    static ClusterJob of(JsonNode answer) {
        int running = 0;
        for (JsonNode vertex : answer.path("vertices")) {
            // Its status is that of any subtask: with too few slots some run alone.
            JsonNode subtasks = vertex.path("tasks");
            int well = subtasks.path("RUNNING").asInt() + subtasks.path("FINISHED").asInt();
            running += well > 0 && well == vertex.path("parallelism").asInt() ? 1 : 0;
        }
        JsonNode first = answer.path("vertices").path(0);
        return new ClusterJob(
                JobStatus.valueOf(answer.path("state").asText()),
                answer.path("vertices").size(),
                running,
                first.path("id").asText(),
                first.path("name").asText());
    }

    /** Whether its source is that of a pipeline: any job may have the pipeline's name. */
    boolean reads(String pipeline) {
        String source = Pattern.quote("Source: " + PgSource.operatorName(pipeline));
        return chain.matches("(\\[vertex-\\d+])?" + source + "( -> .*)?");
    }

    /** Whether it has ended for good. */
    public boolean isOver() {
        return state.isGloballyTerminalState();
    }

    /** Whether it does its work: all its tasks are there. */
    public boolean works() {
        return state == JobStatus.RUNNING && tasks > 0 && running == tasks;
    }
}
