package io.nanosync.flink.jobs.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.runtime.util.EnvironmentInformation;

/**
 * What a Flink cluster answers in moments that a real one is seldom in. At first it has one job
 * that runs, and whose savepoint is being taken for ever.
 */
final class ScriptedCluster implements AutoCloseable {

    /** How it answers a request, or doesn't. */
    @FunctionalInterface
    interface Answer {

        /** Nothing: the connection breaks. */
        Answer NONE = HttpExchange::close;

        void to(HttpExchange request) throws IOException;

        static Answer json(String json) {
            return status(200, json);
        }

        static Answer status(int status, String json) {
            return request -> {
                try (request) {
                    byte[] body = json.getBytes(StandardCharsets.UTF_8);
                    request.sendResponseHeaders(status, body.length);
                    request.getResponseBody().write(body);
                }
            };
        }
    }

    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    private ScriptedCluster(HttpServer server) {
        this.server = server;
    }

    static ScriptedCluster start(String job) throws IOException {
        ScriptedCluster cluster =
                new ScriptedCluster(
                        HttpServer.create(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        cluster.answers(
                "/config",
                Answer.json("{\"flink-version\":\"" + EnvironmentInformation.getVersion() + "\"}"));
        cluster.answers(
                "/jobs/" + job,
                Answer.json("{\"state\":\"RUNNING\",\"vertices\":[{\"id\":\"v\"}]}"));
        String source = "/jobs/" + job + "/vertices/v";
        cluster.answers(source, Answer.json("{\"subtasks\":[]}"));
        cluster.answers(source + "/subtasks/metrics", Answer.json("[]"));
        cluster.answers(
                source + "/jm-operator-metrics",
                Answer.json("[{\"id\":\"s.ns_pipeline_phase\",\"value\":\"3\"}]"));
        cluster.answers(
                "/jobs/" + job + "/checkpoints", Answer.json("{\"latest\":{\"completed\":null}}"));
        cluster.answers("/jobs/" + job + "/stop", Answer.json("{\"request-id\":\"1\"}"));
        cluster.answers(
                "/jobs/" + job + "/savepoints/1",
                Answer.json("{\"status\":{\"id\":\"IN_PROGRESS\"},\"operation\":null}"));
        cluster.server.createContext("/", cluster::answer);
        cluster.server.start();
        return cluster;
    }

    /** From now on. */
    void answers(String path, Answer answer) {
        answers.put(path, answer);
    }

    private void answer(HttpExchange request) throws IOException {
        answers.getOrDefault(
                        request.getRequestURI().getPath(), Answer.status(404, "{\"errors\":[]}"))
                .to(request);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
