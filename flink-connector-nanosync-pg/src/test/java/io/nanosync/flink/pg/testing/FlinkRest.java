package io.nanosync.flink.pg.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Flink's REST interface. Every answer but success is an {@link IllegalStateException}. */
public final class FlinkRest {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Duration SAVEPOINT = Duration.ofMinutes(2);
    private static final String BOUNDARY = "nanosync-boundary";

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client;
    private final String root;

    /**
     * @param tls null for plain HTTP
     */
    FlinkRest(int port, @Nullable TestCertificate tls) {
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5));
        if (tls != null) {
            builder.sslContext(tls.context());
        }
        this.client = builder.build();
        this.root = (tls == null ? "http" : "https") + "://127.0.0.1:" + port;
    }

    /** Where the interface is: {@code http://127.0.0.1:8081}. */
    public String root() {
        return root;
    }

    /** GET. */
    public JsonNode get(String path) {
        return send(request(path).GET());
    }

    /** POST of this body as JSON. */
    public JsonNode post(String path, Map<String, Object> body) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json.valueToTree(body).toString())));
    }

    /** PATCH without a body. */
    public void patch(String path) {
        send(request(path).method("PATCH", BodyPublishers.noBody()));
    }

    /** Uploads the jar, starts its job and returns the job's id. */
    String run(Path jar, Map<String, Object> request) {
        String stored = upload(jar);
        return post("/jars/" + stored + "/run", request).path("jobid").asText();
    }

    /** Triggers a savepoint at this path, waits for its end and returns where it lies. */
    String savepoint(String job, String path, Map<String, Object> request) {
        String trigger = post(path, request).path("request-id").asText();
        JsonNode operation =
                Await.value(
                        "savepoint of job " + job,
                        SAVEPOINT,
                        () -> {
                            JsonNode answer = get("/jobs/" + job + "/savepoints/" + trigger);
                            String status = answer.path("status").path("id").asText();
                            return status.equals("COMPLETED") ? answer.path("operation") : null;
                        });
        if (!operation.hasNonNull("location")) {
            throw new IllegalStateException(
                    "Savepoint of job " + job + " failed: " + operation.path("failure-cause"));
        }
        return operation.path("location").asText();
    }

    /** Why the job failed, as Flink tells it. */
    String failure(String job) {
        return get("/jobs/" + job + "/exceptions").toPrettyString().replace("\\n", "\n");
    }

    private String upload(Path jar) {
        try {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            body.writeBytes(
                    ("--"
                                    + BOUNDARY
                                    + "\r\n"
                                    + "Content-Disposition: form-data; name=\"jarfile\";"
                                    + " filename=\""
                                    + jar.getFileName()
                                    + "\"\r\nContent-Type: application/java-archive\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            body.writeBytes(Files.readAllBytes(jar));
            body.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
            String file =
                    send(request("/jars/upload")
                                    .header(
                                            "Content-Type",
                                            "multipart/form-data; boundary=" + BOUNDARY)
                                    .POST(BodyPublishers.ofByteArray(body.toByteArray())))
                            .path("filename")
                            .asText();
            return file.substring(file.lastIndexOf('/') + 1);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + jar, e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(root + path)).timeout(TIMEOUT);
    }

    private JsonNode send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        try {
            var response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new IllegalStateException(
                        request.method()
                                + " "
                                + request.uri()
                                + ": "
                                + response.statusCode()
                                + " "
                                + response.body().replace("\\n", "\n"));
            }
            return response.body().isEmpty()
                    ? json.createObjectNode()
                    : json.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot reach " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted at " + request.uri(), e);
        }
    }
}
