package io.nanosync.flink.jobs.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FreePorts;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Prometheus of its own, which asks every second. It is the one of the {@code PATH}. */
final class Prometheus implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(1);

    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final Process process;
    private final String root;

    private Prometheus(Process process, int port) {
        this.process = process;
        this.root = "http://127.0.0.1:" + port;
    }

    static boolean isInstalled() {
        return isOnPath("prometheus");
    }

    /** Whether there is the tool with which rules are tried. */
    static boolean hasTool() {
        return isOnPath("promtool");
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param folder where it keeps everything
     * @param rules the text of a file of rules
     * @param ports of 127.0.0.1, where metrics are served
     */
    static Prometheus start(Path folder, String rules, List<Integer> ports) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("rules.yml"), rules);
        String targets =
                ports.stream()
                        .map(port -> "\"127.0.0.1:" + port + "\"")
                        .collect(Collectors.joining(", "));
        Path configuration =
                Files.writeString(
                        folder.resolve("prometheus.yml"),
                        """
                        global: {scrape_interval: 1s, evaluation_interval: 1s}
                        rule_files: [rules.yml]
                        scrape_configs:
                          - job_name: flink
                            static_configs:
                              - targets: [%s]
                        """
                                .formatted(targets));
        int port = FreePorts.next();
        Process process =
                new ProcessBuilder(
                                "prometheus",
                                "--config.file=" + configuration,
                                "--storage.tsdb.path=" + folder.resolve("data"),
                                "--web.listen-address=127.0.0.1:" + port)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("prometheus.log").toFile())
                        .start();
        Prometheus prometheus = new Prometheus(process, port);
        try {
            Await.until("Prometheus answers", START, () -> prometheus.rules() != null);
        } catch (AssertionError e) {
            prometheus.close();
            throw new IOException(Files.readString(folder.resolve("prometheus.log")), e);
        }
        return prometheus;
    }

    /** The series that an expression returns now. */
    JsonNode query(String expression) throws IOException, InterruptedException {
        return get("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .path("result");
    }

    /** All rules, with their alerts. */
    List<JsonNode> rules() throws IOException, InterruptedException {
        return get("rules").path("groups").findValues("rules").stream()
                .flatMap(
                        rules ->
                                Stream.iterate(0, i -> i < rules.size(), i -> i + 1)
                                        .map(rules::get))
                .toList();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        URI uri = URI.create(root + "/api/v1/" + path);
        HttpResponse<String> response =
                client.send(
                        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(uri + ": " + response.body());
        }
        return json.readTree(response.body()).path("data");
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
