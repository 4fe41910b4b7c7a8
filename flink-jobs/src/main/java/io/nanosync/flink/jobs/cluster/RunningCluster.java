package io.nanosync.flink.jobs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Flink cluster that runs somewhere, as its REST interface shows it. */
public final class RunningCluster {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final URI address;
    private final ClusterRest rest;

    /**
     * @param address {@code http://host:port}
     */
    public RunningCluster(URI address) {
        this.address = address;
        this.rest = new ClusterRest(address);
    }

    /** The Flink version that it runs. */
    public String version() throws ClusterException, InterruptedException {
        return rest.get("/config").path("flink-version").asText();
    }

    /** Where the web UI shows a job. */
    public URI page(String job) {
        return URI.create(address + "/#/job/running/" + job + "/overview");
    }

    /**
     * A job; empty when the cluster doesn't know it: it was started anew since, or has forgotten.
     */
    public Optional<ClusterJob> job(String id) throws ClusterException, InterruptedException {
        JsonNode answer = rest.find("/jobs/" + id);
        return answer == null ? Optional.empty() : Optional.of(ClusterJob.of(answer));
    }

    /** Why a job failed; empty when it didn't. */
    public String failure(String job) throws ClusterException, InterruptedException {
        JsonNode newest =
                rest.get("/jobs/" + job + "/exceptions")
                        .path("exceptionHistory")
                        .path("entries")
                        .path(0);
        return FailureText.of(newest.path("stacktrace").asText());
    }

    /** The newest completed checkpoint of a job; empty when there is none yet. */
    public Optional<Checkpoint> newestCheckpoint(String job)
            throws ClusterException, InterruptedException {
        JsonNode newest =
                rest.get("/jobs/" + job + "/checkpoints").path("latest").path("completed");
        return newest.isObject()
                ? Optional.of(
                        new Checkpoint(
                                newest.path("id").asLong(),
                                Instant.ofEpochMilli(newest.path("latest_ack_timestamp").asLong())))
                : Optional.empty();
    }

    /** A completed checkpoint. */
    public record Checkpoint(long id, Instant completed) {}

    /**
     * Stops a job with a savepoint and waits until that is complete.
     *
     * @param folder where the savepoint is to lie
     * @param patience how long to wait
     * @return where it lies; empty when it isn't complete by then: it is still being taken
     * @throws ClusterException when it fails; then the job goes on
     */
    public Optional<String> stopWithSavepoint(String job, String folder, Duration patience)
            throws ClusterException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        String trigger =
                rest.post(
                                "/jobs/" + job + "/stop",
                                Map.of(
                                        "targetDirectory",
                                        folder,
                                        "drain",
                                        false,
                                        "formatType",
                                        "CANONICAL"))
                        .path("request-id")
                        .asText();
        while (true) {
            JsonNode answer = rest.get("/jobs/" + job + "/savepoints/" + trigger);
            if (answer.path("status").path("id").asText().equals("COMPLETED")) {
                return Optional.of(savepoint(answer.path("operation")));
            }
            if (System.nanoTime() > deadline) {
                return Optional.empty();
            }
            pause();
        }
    }

    private String savepoint(JsonNode operation) throws ClusterException {
        JsonNode location = operation.path("location");
        if (location.isMissingNode() || location.isNull()) {
            throw new ClusterException(
                    "The savepoint failed, and the job goes on: "
                            + FailureText.of(
                                    operation.path("failure-cause").path("stack-trace").asText()),
                    null);
        }
        return location.asText();
    }

    /**
     * What a process of the cluster has logged last.
     *
     * @param lines empty when it writes no file
     */
    public record Log(String process, List<String> lines) {}

    /** The ends of the logs of the JobManager and of the TaskManagers that have a job's source. */
    public List<Log> logs(String job, ClusterJob view, int most)
            throws ClusterException, InterruptedException {
        List<Log> logs = new ArrayList<>();
        logs.add(new Log("JobManager", rest.lastLines("/jobmanager/log", most)));
        JsonNode tasks = rest.get("/jobs/" + job + "/vertices/" + view.source() + "/taskmanagers");
        for (JsonNode each : tasks.path("taskmanagers")) {
            String id = each.path("taskmanager-id").asText();
            logs.add(
                    new Log(
                            "TaskManager " + id,
                            rest.lastLines("/taskmanagers/" + id + "/log", most)));
        }
        return logs;
    }

    /** What the pipeline's source says of itself on this job. */
    public SourceMetrics metrics(String job, ClusterJob view) {
        return new SourceMetrics(rest, "/jobs/" + job + "/vertices/" + view.source());
    }

    /** Waits a moment before a cluster is asked again. */
    public static void pause() throws InterruptedException {
        Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
}
