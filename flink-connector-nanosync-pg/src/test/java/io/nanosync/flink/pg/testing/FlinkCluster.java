package io.nanosync.flink.pg.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A standalone Flink cluster: JobManager and TaskManagers as processes of their own, on free ports,
 * everything they write in one temporary folder. No process and no file is left when it is closed,
 * nor when this JVM ends or is killed.
 *
 * <p>Its jars are those that the build of {@code flink-jobs} copied to {@code target/flink/lib}, if
 * no {@link Builder#version} is asked for, so tests that use it are tagged {@code packaged}.
 */
public final class FlinkCluster implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration SQL = Duration.ofMinutes(5);
    private static final Pattern SQL_JOB = Pattern.compile("Job ID: ([0-9a-f]{32})");

    private final ServerFolder folder;
    private final FlinkProcesses processes;
    private final FlinkRest rest;
    private final Map<Integer, Process> taskManagers = new TreeMap<>();
    private Process jobManager;
    private int nextTaskManager;

    private FlinkCluster(ServerFolder folder, FlinkProcesses processes, FlinkRest rest)
            throws IOException {
        this.folder = folder;
        this.processes = processes;
        this.rest = rest;
        this.jobManager = processes.startJobManager();
    }

    /** What to start. The default: one TaskManager with two slots, checkpoints twice a second. */
    public static Builder builder() {
        return new Builder();
    }

    /** Everything that the cluster writes: {@code log}, {@code cp}, {@code sp}. */
    public Path folder() {
        return folder.path();
    }

    /** The REST interface, for questions that this class doesn't ask. */
    public FlinkRest rest() {
        return rest;
    }

    /** A job to submit: this jar, its default main class, no arguments, the default parallelism. */
    public Submission submission(Path jar) {
        return new Submission(rest, jar);
    }

    /**
     * Runs a script of SQL statements with Flink's SQL client, which submits them here.
     *
     * @param client jars that it needs beside those of the cluster
     * @return the id of the job that it started
     */
    public String sql(List<Path> client, String script) {
        try {
            Path file = Files.writeString(folder().resolve("tmp/script.sql"), script);
            Process process = processes.startSqlClient(client, file);
            if (!process.waitFor(SQL.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(
                        "The SQL client failed:\n" + processes.printed("sql-client"));
            }
            Matcher job = SQL_JOB.matcher(processes.printed("sql-client"));
            if (!job.find()) {
                throw new AssertionError("No job:\n" + processes.printed("sql-client"));
            }
            return job.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run the SQL client", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while the SQL client runs", e);
        }
    }

    /** {@code RUNNING}, {@code FAILED} and so on. */
    public String state(String job) {
        return rest.get("/jobs/" + job).path("state").asText();
    }

    /** Waits until every task of the job runs. */
    public void awaitRunning(String job) {
        Await.until("job " + job + " runs", START, () -> runs(job));
    }

    private boolean runs(String job) {
        var answer = rest.get("/jobs/" + job);
        String state = answer.path("state").asText();
        if (state.equals("FAILED")) {
            throw new AssertionError("Job " + job + " failed: " + rest.failure(job));
        }
        boolean all = state.equals("RUNNING");
        for (var vertex : answer.path("vertices")) {
            all &= List.of("RUNNING", "FINISHED").contains(vertex.path("status").asText());
        }
        return all;
    }

    /** Waits until the job has ended in this state. */
    public void awaitState(String job, String state, Duration timeout) {
        Await.until("job " + job + " is " + state, timeout, () -> state(job).equals(state));
    }

    /** How many checkpoints were completed since the job was submitted. */
    public int completedCheckpoints(String job) {
        return rest.get("/jobs/" + job + "/checkpoints").path("counts").path("completed").asInt();
    }

    /** How often the job went back to a checkpoint or savepoint. */
    public int restores(String job) {
        return rest.get("/jobs/" + job + "/checkpoints").path("counts").path("restored").asInt();
    }

    /** Waits until this many further checkpoints have been completed. */
    public void awaitCheckpoints(String job, int further) {
        int goal = completedCheckpoints(job) + further;
        Await.until(
                further + " further checkpoints of job " + job,
                START,
                () -> completedCheckpoints(job) >= goal);
    }

    /** Where the newest completed checkpoint lies. Null when there is none. */
    public @Nullable String newestCheckpoint(String job) {
        return rest.get("/jobs/" + job + "/checkpoints")
                .path("latest")
                .path("completed")
                .path("external_path")
                .asText(null);
    }

    /** Takes a savepoint and returns where it lies; the job goes on. */
    public String savepoint(String job) {
        return rest.savepoint(
                job,
                "/jobs/" + job + "/savepoints",
                Map.of("cancel-job", false, "formatType", "CANONICAL"));
    }

    /** Stops the job with a savepoint and returns where that lies. */
    public String stopWithSavepoint(String job) {
        String path =
                rest.savepoint(
                        job,
                        "/jobs/" + job + "/stop",
                        Map.of("drain", false, "formatType", "CANONICAL"));
        awaitState(job, "FINISHED", START);
        return path;
    }

    /** Cancels the job and waits for its end. */
    public void cancel(String job) {
        rest.patch("/jobs/" + job + "?mode=cancel");
        awaitState(job, "CANCELED", START);
    }

    /** Starts one more TaskManager, waits until it is registered and returns its number. */
    public int startTaskManager() {
        try {
            int number = nextTaskManager++;
            taskManagers.put(number, processes.startTaskManager(number));
            awaitTaskManagers();
            return number;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start a TaskManager", e);
        }
    }

    /** Numbers of the running TaskManagers. */
    public List<Integer> taskManagers() {
        return List.copyOf(taskManagers.keySet());
    }

    /** {@code kill -9}. */
    public void killTaskManager(int number) {
        Process process = taskManagers.remove(number);
        if (process == null) {
            throw new IllegalArgumentException("No TaskManager " + number);
        }
        kill(process);
    }

    /** {@code kill -STOP}: it is there, and does nothing any more. */
    public void suspendTaskManager(int number) {
        Process process = taskManagers.get(number);
        if (process == null) {
            throw new IllegalArgumentException("No TaskManager " + number);
        }
        try {
            new ProcessBuilder("kill", "-STOP", "" + process.pid()).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot suspend a TaskManager", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@code kill -9}. Only a {@link Builder#highlyAvailable()} cluster survives it. */
    public void killJobManager() {
        kill(jobManager);
    }

    /** Starts another JobManager in place of the killed one. */
    public void startJobManager() {
        try {
            jobManager = processes.startJobManager();
            awaitTaskManagers();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start a JobManager", e);
        }
    }

    /** What the processes wrote: for the message of a failed test. */
    public String logs() {
        try (Stream<Path> files = Files.list(folder().resolve("log"))) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.sorted().toList()) {
                all.append("==== ").append(file.getFileName()).append('\n');
                all.append(Files.readString(file)).append('\n');
            }
            return all.toString();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the logs in " + folder(), e);
        }
    }

    @Override
    public void close() {
        folder.close();
    }

    private void awaitTaskManagers() {
        Await.until(
                taskManagers.size() + " TaskManagers of " + folder() + " are registered",
                START,
                () -> {
                    if (!jobManager.isAlive()) {
                        throw new AssertionError("The JobManager ended:\n" + logs());
                    }
                    return rest.get("/overview").path("taskmanagers").asInt()
                            >= taskManagers.size();
                });
    }

    private static void kill(Process process) {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** What to start. */
    public static final class Builder {

        private final Map<String, String> options = new LinkedHashMap<>();
        private final List<Path> jars = new ArrayList<>();
        private final List<Path> plugins = new ArrayList<>();
        private @Nullable String version;
        private int taskManagers = 1;
        private boolean highlyAvailable;
        private boolean opened = true;
        private @Nullable TestCertificate tls;

        private Builder() {}

        public Builder taskManagers(int count) {
            taskManagers = count;
            return this;
        }

        /** Another Flink than that of the build, as {@link MavenJars#flink} finds it. */
        public Builder version(String flink) {
            version = flink;
            return this;
        }

        /** One line of Flink's {@code config.yaml}. */
        public Builder option(String key, String value) {
            options.put(key, value);
            return this;
        }

        /** One more jar in Flink's {@code lib} folder. */
        public Builder lib(Path jar) {
            jars.add(jar);
            return this;
        }

        /** A jar in a folder of its own below Flink's {@code plugins}. */
        public Builder plugin(Path jar) {
            plugins.add(jar);
            return this;
        }

        /** With a ZooKeeper, so that jobs outlive their JobManager. */
        public Builder highlyAvailable() {
            highlyAvailable = true;
            return this;
        }

        /** Without the {@code --add-opens} that Flink's own configuration has. */
        public Builder withoutOpenedPackages() {
            opened = false;
            return this;
        }

        /** With a REST interface behind TLS, that has this certificate. */
        public Builder tls(TestCertificate certificate) {
            tls = certificate;
            option("security.ssl.rest.enabled", "true");
            option("security.ssl.rest.keystore", certificate.store().toString());
            option("security.ssl.rest.keystore-password", TestCertificate.PASSWORD);
            option("security.ssl.rest.key-password", TestCertificate.PASSWORD);
            option("security.ssl.rest.truststore", certificate.store().toString());
            return option("security.ssl.rest.truststore-password", TestCertificate.PASSWORD);
        }

        /** Returns when every TaskManager is registered. */
        public FlinkCluster start() {
            ServerFolder folder = ServerFolder.create("flink");
            try {
                int port = FreePorts.next();
                FlinkProcesses processes =
                        new FlinkProcesses(
                                folder.path(),
                                version == null
                                        ? FlinkProcesses.distribution()
                                        : MavenJars.flink(version),
                                jars);
                processes.open(opened);
                for (Path plugin : plugins) {
                    processes.install(plugin);
                }
                processes.configure(
                        FlinkConfiguration.lines(folder.path(), port, highlyAvailable, options));
                if (highlyAvailable) {
                    processes.startZooKeeper();
                }
                FlinkCluster cluster =
                        new FlinkCluster(folder, processes, new FlinkRest(port, tls));
                for (int i = 0; i < taskManagers; i++) {
                    int number = cluster.nextTaskManager++;
                    cluster.taskManagers.put(number, processes.startTaskManager(number));
                }
                cluster.awaitTaskManagers();
                return cluster;
            } catch (IOException | RuntimeException | AssertionError e) {
                folder.close();
                throw new IllegalStateException("Cannot start a Flink cluster", e);
            }
        }
    }

    /** A job to submit. */
    public static final class Submission {

        private final FlinkRest rest;
        private final Path jar;
        private final Map<String, Object> request = new LinkedHashMap<>();

        private Submission(FlinkRest rest, Path jar) {
            this.rest = rest;
            this.jar = jar;
        }

        public Submission mainClass(String name) {
            request.put("entryClass", name);
            return this;
        }

        public Submission arguments(List<String> arguments) {
            request.put("programArgsList", arguments);
            return this;
        }

        public Submission parallelism(int parallelism) {
            request.put("parallelism", parallelism);
            return this;
        }

        /** Begin with the state of this savepoint or checkpoint. */
        public Submission from(String savepoint) {
            request.put("savepointPath", savepoint);
            return this;
        }

        /** Starts the job and returns its id. */
        public String run() {
            return rest.run(jar, request);
        }
    }
}
