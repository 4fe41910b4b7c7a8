package io.nanosync.flink.jobs.cli.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Serves {@code http://127.0.0.1:<port>/metrics}, to this machine only. */
public final class PrometheusServer implements AutoCloseable {

    private final HttpServer server;

    private PrometheusServer(HttpServer server) {
        this.server = server;
    }

    /** Serves until closed; with port 0 on a free one. */
    public static PrometheusServer start(int port, LiveMetrics metrics) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        HttpServer server = HttpServer.create(address, 0);
        server.createContext("/metrics", exchange -> answer(exchange, metrics));
        server.start();
        return new PrometheusServer(server);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private static void answer(HttpExchange exchange, LiveMetrics metrics) throws IOException {
        try (exchange) {
            byte[] body = PrometheusText.of(metrics.samples()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
