package io.nanosync.flink.jobs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.core.fs.Path;

/** A Flink cluster that runs somewhere, as its REST interface shows it. */
public final class RunningCluster {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    /** As long as another JobManager may take to come up in place of one that is gone. */
    private static final Duration SILENCE = Duration.ofMinutes(1);

    /** What Flink says when a job has failed behind its savepoint. */
    private static final Pattern COMPLETE =
            Pattern.compile("A savepoint has been created at: (\\S+),");

    private final URI address;
    private final ClusterRest rest;

    /**
     * @param address {@code http://host:port} or {@code https://host:port}
     * @throws ClusterException when that needs TLS, which can't be spoken
     */
    public RunningCluster(URI address) throws ClusterException {
        this.address = address;
        this.rest = new ClusterRest(address);
    }

    /** The Flink version that it runs. */
    public String version() throws ClusterException, InterruptedException {
        return rest.get("/config").path("flink-version").asText();
    }

    /** The settings that it was started with, by their keys. */
    public Map<String, String> settings() throws ClusterException, InterruptedException {
        Map<String, String> settings = new TreeMap<>();
        for (JsonNode each : rest.get("/jobmanager/config")) {
            settings.put(each.path("key").asText(), each.path("value").asText());
        }
        return settings;
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
        if (answer == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(ClusterJob.of(answer));
        } catch (IllegalArgumentException e) {
            throw rest.stranger("a job in state \"" + answer.path("state").asText() + "\"", e);
        }
    }

    /**
     * The job of a pipeline that hasn't ended: of its name, with its source, and with checkpoints
     * in its state folder once it has any; empty when there is none.
     *
     * @throws ClusterException also when there are several
     */
    public Optional<Named> named(String name, String stateDir)
            throws ClusterException, InterruptedException {
        List<Named> found = new ArrayList<>();
        for (JsonNode each : rest.get("/jobs/overview").path("jobs")) {
            String id = each.path("jid").asText();
            if (each.path("name").asText().equals(name)
                    && each.path("end-time").asLong() < 0
                    && job(id).filter(job -> job.reads(name)).isPresent()
                    && newestCheckpoint(id).map(own -> own.isBelow(stateDir)).orElse(true)) {
                found.add(new Named(id, Instant.ofEpochMilli(each.path("start-time").asLong())));
            }
        }
        if (found.size() > 1) {
            throw ClusterException.notDone(
                    "Several jobs at "
                            + address
                            + " are named "
                            + name
                            + ": "
                            + found.stream().map(Named::id).collect(Collectors.joining(", "))
                            + ". Cancel all but one",
                    null);
        }
        return found.stream().findFirst();
    }

    /** A job that is known by its name. */
    public record Named(String id, Instant started) {}

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
                                Instant.ofEpochMilli(newest.path("latest_ack_timestamp").asLong()),
                                newest.path("external_path").asText()))
                : Optional.empty();
    }

    /**
     * A completed checkpoint.
     *
     * @param folder where it lies
     */
    public record Checkpoint(long id, Instant completed, String folder) {

        /** Whether it lies below a pipeline's state folder. */
        public boolean isBelow(String stateDir) {
            return isWithin(folder, stateDir);
        }
    }

    /** Whether a folder is a pipeline's state folder or lies below it. */
    static boolean isWithin(String folder, String stateDir) {
        URI own = new Path(folder).toUri();
        URI state = new Path(stateDir).toUri();
        // One file system may have several schemes, but a bucket one name.
        return Objects.equals(own.getAuthority(), state.getAuthority())
                && (own.getPath().startsWith(state.getPath() + "/")
                        || real(own).startsWith(real(state)));
    }

    /** Where a folder of this machine is, whatever links lead there. */
    private static java.nio.file.Path real(URI folder) {
        java.nio.file.Path path = java.nio.file.Path.of(folder.getPath());
        try {
            return "file".equals(folder.getScheme()) ? path.toRealPath() : path;
        } catch (IOException notHere) {
            return path;
        }
    }

    /**
     * Stops a job with a savepoint and waits until that is complete, or can't be asked for any
     * more.
     *
     * @param folder where the savepoint is to lie
     * @param patience how long to wait
     */
    public Stopping stopWithSavepoint(String job, String folder, Duration patience)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            return outcome(job, trigger(job, folder), deadline);
        } catch (ClusterException e) {
            String reason = String.valueOf(e.getMessage());
            return e.isCertain() ? new Stopping.NotStopped(reason) : new Stopping.Unknown(reason);
        }
    }

    /** Asks for it; gives the request's id. */
    private String trigger(String job, String folder)
            throws ClusterException, InterruptedException {
        return rest.post(
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
    }

    /** Asks for the end of a request, past a JobManager that doesn't answer for a while. */
    private Stopping outcome(String job, String request, long deadline)
            throws InterruptedException {
        long answered = System.nanoTime();
        while (true) {
            String silence = null;
            try {
                JsonNode answer = rest.find("/jobs/" + job + "/savepoints/" + request);
                if (answer == null) {
                    return new Stopping.Unknown(
                            "The Flink cluster at " + address + " has forgotten the request");
                }
                if (answer.path("status").path("id").asText().equals("COMPLETED")) {
                    return outcome(job, answer.path("operation"));
                }
                answered = System.nanoTime();
            } catch (ClusterException e) {
                silence = String.valueOf(e.getMessage());
            }
            long now = System.nanoTime();
            if (silence != null && now - Math.min(answered + SILENCE.toNanos(), deadline) > 0) {
                return new Stopping.Unknown(silence);
            }
            if (silence == null && now - deadline > 0) {
                return new Stopping.UnderWay();
            }
            pause();
        }
    }

    private Stopping outcome(String job, JsonNode operation) throws InterruptedException {
        JsonNode location = operation.path("location");
        if (!location.isMissingNode() && !location.isNull()) {
            return new Stopping.Stopped(location.asText());
        }
        String trace = operation.path("failure-cause").path("stack-trace").asText();
        Matcher savepoint = COMPLETE.matcher(trace);
        return savepoint.find()
                ? new Stopping.NotStopped(
                        "Its savepoint is complete: "
                                + savepoint.group(1)
                                + ". But the job failed while it stopped, and its cluster starts it"
                                + " again as its restart strategy says: "
                                + FailureText.of(trace))
                : withoutSavepoint(job, FailureText.of(trace));
    }

    /** Whoever else ended the job meanwhile let its savepoint fail as well. */
    private Stopping withoutSavepoint(String job, String why) throws InterruptedException {
        String known;
        try {
            Optional<ClusterJob> left = job(job);
            if (left.isPresent() && !left.get().isOver()) {
                return new Stopping.NotStopped("The savepoint failed, and the job goes on: " + why);
            }
            known =
                    left.map(over -> "the job is " + over.state())
                            .orElse("the cluster doesn't know the job any more");
        } catch (ClusterException e) {
            known = String.valueOf(e.getMessage());
        }
        return new Stopping.Unknown("The savepoint failed: " + why + "; and " + known);
    }

    /** TaskManagers that have a job's source. */
    public List<LogSource> sourceLogs(String job, ClusterJob view)
            throws ClusterException, InterruptedException {
        List<LogSource> sources = new ArrayList<>();
        JsonNode tasks = rest.get("/jobs/" + job + "/vertices/" + view.source() + "/taskmanagers");
        for (JsonNode each : tasks.path("taskmanagers")) {
            String id = each.path("taskmanager-id").asText();
            sources.add(new LogSource("TaskManager " + id, "/taskmanagers/" + id + "/log"));
        }
        return sources;
    }

    /** A process of the cluster that logs. */
    public record LogSource(String process, String path) {

        /** The one that has all that is said of slot, publication and snapshot. */
        public static final LogSource JOB_MANAGER = new LogSource("JobManager", "/jobmanager/log");
    }

    /** What a process has logged last; empty when it writes no file. */
    public List<String> log(LogSource source, int most)
            throws ClusterException, InterruptedException {
        return rest.lastLines(source.path(), most);
    }

    /** What the pipeline's source says of itself on this job. */
    public SourceMetrics metrics(String job, ClusterJob view) {
        return new SourceMetrics(rest, "/jobs/" + job, view.source());
    }

    /** Waits a moment before a cluster is asked again. */
    public static void pause() throws InterruptedException {
        Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
}
