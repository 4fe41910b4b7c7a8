package io.nanosync.flink.jobs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.api.common.JobStatus;

/**
 * A job as its cluster shows it.
 *
 * @param state {@code RUNNING} as soon as it is scheduled, whether there are slots or not
 * @param tasks how many of its operators' chains there are
 * @param running those whose subtasks all run, or have ended well
 * @param source id of the first, in which the source is
 */
public record ClusterJob(JobStatus state, int tasks, int running, String source) {

    static ClusterJob of(JsonNode answer) {
        int running = 0;
        for (JsonNode vertex : answer.path("vertices")) {
            String status = vertex.path("status").asText();
            running += status.equals("RUNNING") || status.equals("FINISHED") ? 1 : 0;
        }
        return new ClusterJob(
                JobStatus.valueOf(answer.path("state").asText()),
                answer.path("vertices").size(),
                running,
                answer.path("vertices").path(0).path("id").asText());
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
