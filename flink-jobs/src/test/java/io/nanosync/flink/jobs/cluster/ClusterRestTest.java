package io.nanosync.flink.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ClusterRestTest {

    @Test
    @Timeout(60)
    void answerThatDoesNotEndIsNotAwaited() throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", request -> request.sendResponseHeaders(200, 100));
        server.start();
        try {
            URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            ClusterRest rest = new ClusterRest(address, Duration.ofMillis(500));
            assertThatThrownBy(() -> rest.get("/config"))
                    .isInstanceOfSatisfying(
                            ClusterException.class, e -> assertThat(e.isCertain()).isFalse())
                    .hasMessage(
                            "No Flink cluster answers at " + address + ": its answer doesn't end");
        } finally {
            server.stop(0);
        }
    }
}
