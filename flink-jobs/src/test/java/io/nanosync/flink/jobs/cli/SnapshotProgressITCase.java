package io.nanosync.flink.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.FreePorts;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run shows, and measures, while it reads the rows of two tables. */
class SnapshotProgressITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final Pattern SHOWN =
            Pattern.compile(
                    "seen  snapshot  70 rows  71%.* kB  5/7 splits\\R"
                            + "(?:.* of WAL kept for the slot.*\\R)?"
                            + "  public\\.a  +70  100%  .* kB  5/5\\R"
                            + "  public\\.b  +0    0%  +0/2\\R");

    @TempDir private Path folder;

    private TestPostgres server;
    private int port;

    @BeforeEach
    void startServer() {
        port = FreePorts.next();
        server = TestPostgres.start(18, Map.of("max_slot_wal_keep_size", "1GB"));
        server.execute(
                "CREATE TABLE a (id int PRIMARY KEY, note text)",
                "CREATE TABLE b (id int PRIMARY KEY, note text)",
                "INSERT INTO a SELECT i, repeat('x', 1000) FROM generate_series(1, 70) i",
                "INSERT INTO b SELECT i, repeat('x', 1000) FROM generate_series(1, 28) i",
                "CREATE TABLE busy (note text)",
                "ANALYZE");
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void showsRowsBytesSplitsAndWal() throws Exception {
        try (Connection holder = server.connect();
                Statement statement = holder.createStatement();
                NanosyncProcess run = start()) {
            // Nothing is read before a checkpoint, and none comes unless the test asks for it.
            awaitMetric("ns_snapshot_splits", "b", 2);
            assertThat(metric("ns_snapshot_splits", "a")).isEqualTo(5);
            assertThat(metric("ns_snapshot_splits_read", "a")).isZero();
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE b IN ACCESS EXCLUSIVE MODE");
            checkpoint(run);
            awaitMetric("ns_snapshot_splits_read", "a", 5);
            assertThat(metric("ns_snapshot_splits_read", "b")).isZero();
            awaitMetric("ns_snapshot_rows_total", "a", 70);
            assertThat(metric("ns_snapshot_bytes_total", "a")).isBetween(70_000.0, 140_000.0);
            Await.until("it shows what is read", PATIENCE, () -> SHOWN.matcher(run.err()).find());

            server.execute(
                    "INSERT INTO busy SELECT repeat('x', 1000) FROM generate_series(1, 9999)");
            run.awaitErr(" MB of WAL kept for the slot, ");
            run.awaitErr(" left until max_slot_wal_keep_size");
            assertThat(pipelineMetric("ns_slot_safe_wal_bytes")).isBetween(0.9e9, 1.1e9);

            holder.commit();
            awaitMetric("ns_snapshot_splits_read", "b", 2);
            awaitMetric("ns_snapshot_rows_total", "b", 28);
            run.terminate();
            assertThat(run.exitCode()).as(run.err()).isZero();
        }
    }

    /** By the web UI that the run prints, which else only shows. */
    private static void checkpoint(NanosyncProcess run) throws Exception {
        Matcher web = Pattern.compile("web UI (http\\S+)").matcher(run.err());
        assertThat(web.find()).isTrue();
        URI jobs = URI.create(web.group(1) + "/jobs");
        Matcher job = Pattern.compile("[0-9a-f]{32}").matcher(answer(HttpRequest.newBuilder(jobs)));
        assertThat(job.find()).isTrue();
        assertThat(
                        answer(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        jobs + "/" + job.group() + "/checkpoints"))
                                        .header("Content-Type", "application/json")
                                        .POST(HttpRequest.BodyPublishers.ofString("{}"))))
                .contains("request-id");
    }

    private static String answer(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private void awaitMetric(String name, String table, double value) {
        Await.until(
                name + " of " + table + " is " + value,
                PATIENCE,
                () -> metric(name, table) == value);
    }

    private double metric(String name, String table) throws IOException, InterruptedException {
        return sample(name + "{pipeline=\"seen\",table=\"public." + table + "\"}");
    }

    private double pipelineMetric(String name) throws IOException, InterruptedException {
        return sample(name + "{pipeline=\"seen\"}");
    }

    private double sample(String series) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
        String text = answer(HttpRequest.newBuilder(uri));
        Matcher matcher =
                Pattern.compile("^" + Pattern.quote(series) + " (.+)$", Pattern.MULTILINE)
                        .matcher(text);
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
    }

    private NanosyncProcess start() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("pipelines.yaml"),
                        """
                        metrics_port: %d
                        connections:
                          - name: db
                            type: postgres
                            dsn: "%s"
                        pipelines:
                          - name: seen
                            source:
                              connection: db
                              tables: [public.a, public.b]
                              properties: {ctid_partition_blocks: "2", snapshot_workers: "2"}
                            sink: {type: blackhole}
                            checkpoint_interval: 1h
                        """
                                .formatted(port, server.database().dsn()));
        return NanosyncProcess.startWith(OpenRest.JVM_OPTION, folder, "run", "-f", file.toString());
    }
}
