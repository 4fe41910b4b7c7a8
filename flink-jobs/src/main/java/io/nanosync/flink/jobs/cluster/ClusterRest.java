package io.nanosync.flink.jobs.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** JSON requests to a Flink cluster's REST interface. */
final class ClusterRest {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /** It may have some gigabytes. */
    private static final Duration LOG = Duration.ofMinutes(2);

    private static final int NOT_FOUND = 404;

    /** What a TaskManager says that logs to its standard output; its status is 500. */
    private static final Pattern NO_LOG =
            Pattern.compile("(does not exist|is not available) on the TaskExecutor");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI address;
    private final Duration patience;
    private final HttpClient client;

    /**
     * @param address {@code http://host:port} or {@code https://host:port}
     */
    ClusterRest(URI address) throws ClusterException {
        this(address, ANSWER);
    }

    /**
     * @param patience how long an answer may take to its end
     */
    ClusterRest(URI address, Duration patience) throws ClusterException {
        this.address = address;
        this.patience = patience;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT);
        if (isTls()) {
            builder.sslContext(RestTls.context());
        }
        this.client = builder.build();
    }

    private boolean isTls() {
        return "https".equals(address.getScheme());
    }

    /** GET; null when there is nothing of this path. */
    @Nullable JsonNode find(String path) throws ClusterException, InterruptedException {
        HttpResponse<String> response = send(request(path).GET());
        return response.statusCode() == NOT_FOUND && isOfFlink(response.body())
                ? null
                : json(path, response);
    }

    /** A proxy in front of a cluster that is gone has nothing of any path, either. */
    private static boolean isOfFlink(String error) {
        try {
            return JSON.readTree(error).path("errors").isArray();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** GET. */
    JsonNode get(String path) throws ClusterException, InterruptedException {
        return json(path, send(request(path).GET()));
    }

    /** POST of this body. */
    JsonNode post(String path, Map<String, Object> body)
            throws ClusterException, InterruptedException {
        return json(
                path,
                send(
                        request(path)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(JSON.valueToTree(body).toString()))));
    }

    /** The end of a log; empty when there is none. */
    List<String> lastLines(String path, int most) throws ClusterException, InterruptedException {
        try {
            HttpResponse<Stream<String>> response =
                    client.send(request(path).GET().build(), BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                if (response.statusCode() / 100 == 2) {
                    return toItsEnd(() -> LastLines.of(lines, most));
                }
                String error = toItsEnd(() -> lines.collect(Collectors.joining("\n")));
                if (response.statusCode() != NOT_FOUND && !NO_LOG.matcher(error).find()) {
                    json(path, response.statusCode(), error);
                }
                return List.of();
            }
        } catch (ClusterException e) {
            throw e;
        } catch (IOException | UncheckedIOException e) {
            throw unreachable(e);
        }
    }

    /** A log may be large, but who sends it may also be gone. */
    private <T> T toItsEnd(Supplier<T> reading) throws ClusterException, InterruptedException {
        CompletableFuture<T> read = CompletableFuture.supplyAsync(reading);
        try {
            return read.get(LOG.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw unreachable(
                    new HttpTimeoutException(
                            "its log doesn't end within " + LOG.toSeconds() + " s"));
        } catch (ExecutionException e) {
            throw unreachable(e.getCause() instanceof Exception cause ? cause : e);
        }
    }

    private HttpRequest.Builder request(String path) throws ClusterException {
        try {
            return HttpRequest.newBuilder(address.resolve(path)).timeout(patience);
        } catch (IllegalArgumentException e) {
            throw ClusterException.notDone(
                    "No Flink cluster can be asked at " + address + ": " + e.getMessage(), e);
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws ClusterException, InterruptedException {
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            // The request's own limit ends with the head of its answer.
            return spoken(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            throw unreachable(new HttpTimeoutException("its answer doesn't end"));
        } catch (ExecutionException e) {
            throw unreachable(e.getCause() instanceof Exception cause ? cause : e);
        } finally {
            answer.cancel(true);
        }
    }

    /** An interface behind TLS sends who doesn't speak it there. */
    private HttpResponse<String> spoken(HttpResponse<String> response) throws ClusterException {
        boolean wantsTls =
                response.statusCode() / 100 == 3
                        && response.headers()
                                .firstValue("Location")
                                .filter(there -> there.startsWith("https:"))
                                .isPresent();
        if (wantsTls && !isTls()) {
            throw ClusterException.notDone(
                    "The Flink cluster at " + address + " is behind TLS: name it by https://",
                    null);
        }
        return response;
    }

    private ClusterException unreachable(Exception e) {
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        String message = "No Flink cluster answers at " + address + ": " + reason + TlsAdvice.of(e);
        return e instanceof ConnectException
                        || e instanceof HttpConnectTimeoutException
                        || e instanceof SSLHandshakeException
                ? ClusterException.notDone(message, e)
                : ClusterException.unanswered(message, e);
    }

    private JsonNode json(String path, HttpResponse<String> response) throws ClusterException {
        return json(path, response.statusCode(), response.body());
    }

    private JsonNode json(String path, int status, String text) throws ClusterException {
        JsonNode body;
        try {
            body = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw stranger("no JSON at " + path, e);
        }
        String declined = "The Flink cluster at " + address + " declined: " + reason(status, body);
        return switch (status / 100) {
            case 2 -> body;
            case 4 -> throw ClusterException.notDone(declined, null);
            default -> throw ClusterException.unanswered(declined, null);
        };
    }

    /**
     * What answers isn't Flink, or not as a version that is known.
     *
     * @param sign by which that is seen
     */
    ClusterException stranger(String sign, @Nullable Exception cause) {
        return ClusterException.unanswered(
                "What answers at " + address + " is no Flink cluster: " + sign, cause);
    }

    /** The first line of the error; the rest is a stack trace. */
    private static String reason(int status, JsonNode body) {
        String first = body.path("errors").path(0).asText();
        return first.isEmpty() ? "status " + status : first.lines().findFirst().orElse(first);
    }
}
