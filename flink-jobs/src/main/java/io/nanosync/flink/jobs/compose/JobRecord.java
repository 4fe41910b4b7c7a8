package io.nanosync.flink.jobs.compose;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nanosync.flink.pg.source.state.StateFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a pipeline was started last: the file {@code job.json} in its state folder. It stays when
 * the job ends in whatever way, so that it must be asked at {@code rest} whether the job still
 * runs.
 *
 * @param rest REST address of the Flink cluster, {@code http://host:port} or {@code https://…}
 * @param job the job's id there, 32 hexadecimal digits
 * @param started when it was submitted
 * @param host name of the machine that submitted it; empty when that isn't known
 * @param process the process of a local run; null for a job of a cluster
 * @param stateDir the folder that it was written into, and perhaps copied from; null before it is
 *     written, and of a former version
 */
public record JobRecord(
        URI rest,
        String job,
        Instant started,
        String host,
        @Nullable LocalProcess process,
        @Nullable String stateDir) {

    private static final String FILE = "job.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of a job that this machine submits. */
    public JobRecord(URI rest, String job, Instant started, @Nullable LocalProcess process) {
        this(rest, job, started, thisHost(), process, null);
    }

    /** The same job of a cluster that has another address now. */
    public JobRecord at(URI moved) {
        return new JobRecord(moved, job, started, host, null, stateDir);
    }

    /** Whether its REST address is one of another machine, for that machine alone. */
    public boolean isOfAnotherMachine() {
        if (process != null) {
            return !process.isHere();
        }
        return isLoopback(rest.getHost()) && !host.isEmpty() && !host.equals(thisHost());
    }

    private static boolean isLoopback(@Nullable String address) {
        return address != null
                && (address.equals("localhost")
                        || address.startsWith("127.")
                        || address.equals("[::1]"));
    }

    private static String thisHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }

    /**
     * The process that a pipeline runs in, with the Flink cluster that it has within.
     *
     * @param host name of the machine, of which the REST address is local
     * @param pid its id there
     */
    public record LocalProcess(String host, long pid) {

        /** This one. */
        public static LocalProcess current() {
            return new LocalProcess(thisHost(), ProcessHandle.current().pid());
        }

        /** Whether it is of this machine. */
        public boolean isHere() {
            return host.equals(thisHost());
        }
    }

    /**
     * Reads the record of a pipeline; empty when it was never started.
     *
     * @param stateDir the pipeline's state folder
     * @throws JobRecordException when the file holds none
     */
    public static Optional<JobRecord> read(String stateDir) throws IOException {
        Path file = file(stateDir);
        Optional<String> text = StateFile.find(file);
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(of(JSON.readTree(text.get())));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeParseException e) {
            throw new JobRecordException(file, e);
        }
    }

    private static Path file(String stateDir) {
        return new Path(stateDir, FILE);
    }

    private static JobRecord of(JsonNode json) {
        JsonNode process = json.path("process");
        return new JobRecord(
                URI.create(json.path("rest").asText()),
                json.path("job").asText(),
                Instant.parse(json.path("started").asText()),
                json.path("host").asText(),
                process.isObject()
                        ? new LocalProcess(
                                process.path("host").asText(), process.path("pid").asLong())
                        : null,
                json.path("state_dir").asText(null));
    }

    /** Writes it in place of the one before. Nobody sees half of it. */
    public void write(String stateDir) throws IOException {
        StateFile.record(file(stateDir), json(stateDir));
    }

    private String json(String folder) {
        ObjectNode json = JSON.createObjectNode();
        json.put("rest", rest.toString());
        json.put("job", job);
        json.put("started", started.toString());
        json.put("host", host);
        json.put("state_dir", folder);
        if (process != null) {
            json.putObject("process").put("host", process.host()).put("pid", process.pid());
        }
        return json.toPrettyString() + "\n";
    }

    /** Removes the record of a pipeline if it is of this job, and not of a newer one. */
    public static void clear(String stateDir, String job) throws IOException {
        Path file = file(stateDir);
        if (read(stateDir).filter(record -> record.job().equals(job)).isPresent()) {
            file.getFileSystem().delete(file, false);
        }
    }
}
