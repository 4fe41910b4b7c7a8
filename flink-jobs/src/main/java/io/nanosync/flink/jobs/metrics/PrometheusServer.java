package io.nanosync.flink.jobs.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves {@code http://<address>/metrics}. */
public final class PrometheusServer implements AutoCloseable {

    /** A client that is slow, or never ends its request, keeps one. */
    private static final int THREADS = 4;

    private final HttpServer server;
    private final ExecutorService threads;

    private PrometheusServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /** Serves to this machine only, until closed; with port 0 on a free one. */
    public static PrometheusServer start(int port, LiveMetrics metrics) throws IOException {
        return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), metrics);
    }

    /** Serves on this address until closed. */
    static PrometheusServer start(InetSocketAddress address, LiveMetrics metrics)
            throws IOException {
        HttpServer server = HttpServer.create(address, 0);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, PrometheusServer::thread);
        server.setExecutor(threads);
        server.createContext("/metrics", exchange -> answer(exchange, metrics));
        server.start();
        return new PrometheusServer(server, threads);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "nanosync-metrics");
        thread.setDaemon(true);
        return thread;
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
            boolean hasBody = body.length > 0 && exchange.getRequestMethod().equals("GET");
            exchange.sendResponseHeaders(200, hasBody ? body.length : -1);
            if (hasBody) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
