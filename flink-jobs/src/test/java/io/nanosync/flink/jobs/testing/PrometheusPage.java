package io.nanosync.flink.jobs.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a process serves to Prometheus, read strictly.
 *
 * @param text all of it
 * @param help by the names of metrics
 * @param kinds {@code counter} or {@code gauge}, by the names of metrics
 * @param values by name and labels as they are written
 */
public record PrometheusPage(
        String text,
        Map<String, String> help,
        Map<String, String> kinds,
        Map<String, Double> values) {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** Asks {@code http://127.0.0.1:<port>/metrics}. */
    public static PrometheusPage of(int port) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
        HttpResponse<String> response =
                CLIENT.send(
                        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("Status " + response.statusCode() + " of " + uri);
        }
        return read(response.body());
    }

    private static PrometheusPage read(String text) {
        Map<String, String> help = new TreeMap<>();
        Map<String, String> kinds = new TreeMap<>();
        Map<String, Double> values = new HashMap<>();
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP ")) {
                putOnce(help, words[2], words[3]);
            } else if (line.startsWith("# TYPE ")) {
                putOnce(kinds, words[2], words[3]);
            } else {
                int last = line.lastIndexOf(' ');
                String value = line.substring(last + 1).replace("Inf", "Infinity");
                putOnce(values, line.substring(0, last), Double.valueOf(value));
            }
        }
        return new PrometheusPage(text, help, kinds, values);
    }

    private static <V> void putOnce(Map<String, V> map, String key, V value) {
        if (map.put(key, value) != null) {
            throw new AssertionError("Twice in one page: " + key);
        }
    }

    /** The value of a series; not a number when there is none. */
    public double value(String series) {
        return values.getOrDefault(series, Double.NaN);
    }
}
