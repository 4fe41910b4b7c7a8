package io.nanosync.flink.jobs.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.apache.flink.runtime.util.EnvironmentInformation;

/** What a Flink cluster answers while a savepoint of its job is being taken: for ever, here. */
final class SlowCluster implements AutoCloseable {

    private final HttpServer server;

    private SlowCluster(HttpServer server) {
        this.server = server;
    }

    static SlowCluster start(String job) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(
                server,
                "/config",
                "{\"flink-version\":\"" + EnvironmentInformation.getVersion() + "\"}");
        answer(server, "/jobs/" + job, "{\"state\":\"RUNNING\",\"vertices\":[]}");
        answer(server, "/jobs/" + job + "/stop", "{\"request-id\":\"1\"}");
        answer(
                server,
                "/jobs/" + job + "/savepoints/1",
                "{\"status\":{\"id\":\"IN_PROGRESS\"},\"operation\":null}");
        server.start();
        return new SlowCluster(server);
    }

    private static void answer(HttpServer server, String path, String json) {
        server.createContext(path, exchange -> answer(exchange, json));
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        try (exchange) {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
