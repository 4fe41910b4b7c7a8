package io.nanosync.flink.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchCommandITCase {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir Path folder;

    @Test
    void printsExactlyOneJsonObjectWithBothRatios() throws IOException {
        int code =
                bench(
                        "--rows",
                        "60000",
                        "--changes",
                        "51000",
                        "--transaction",
                        "20",
                        "--repeats",
                        "1",
                        "--json");

        assertThat(err.toString()).contains("stream run");
        assertThat(code).isZero();
        JsonNode result = new ObjectMapper().readTree(out.toString());
        assertThat(out.toString().strip()).doesNotContain("\n");
        assertRatio(result.get("snapshot"), "rowsPerSecond", "limitRowsPerSecond");
        assertRatio(result.get("stream"), "changesPerSecond", "limitChangesPerSecond");
        assertThat(result.get("notes").get(0).asText()).contains("with the column ctid");
        assertThat(result.get("notes").get(1).asText()).contains("batch_boundary_signaling");
        assertThat(result.get("server").get("PostgreSQL").asText()).startsWith("18.");
    }

    @Test
    void readsThroughFlinkSql() throws IOException {
        int code =
                bench("--sql", "--rows", "60000", "--changes", "51000", "--repeats", "1", "--json");

        assertThat(err.toString()).contains("stream run");
        assertThat(code).isZero();
        JsonNode result = new ObjectMapper().readTree(out.toString());
        assertThat(result.get("sql").asBoolean()).isTrue();
        assertRatio(result.get("snapshot"), "rowsPerSecond", "limitRowsPerSecond");
        assertRatio(result.get("stream"), "changesPerSecond", "limitChangesPerSecond");
    }

    private static void assertRatio(JsonNode phase, String connector, String limit) {
        double ours = phase.get(connector).asDouble();
        double bare = phase.get(limit).asDouble();
        assertThat(ours).isPositive();
        assertThat(bare).isPositive();
        assertThat(phase.get("ratio").asDouble())
                .isCloseTo(ours / bare, org.assertj.core.data.Offset.offset(0.01));
    }

    @Test
    void readsAPipelinesOwnTablesAndLeavesNothingThere() throws IOException {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            database.execute(
                    "CREATE TABLE t (id int PRIMARY KEY, note text)",
                    "INSERT INTO t SELECT i, 'n' || i FROM generate_series(1, 50000) i");
            Path file =
                    Files.writeString(
                            folder.resolve("pipelines.yaml"),
                            """
                            state_dir: %s
                            connections:
                              - name: db
                                type: postgres
                                dsn: "%s?sslmode=disable"
                            pipelines:
                              - name: own
                                source:
                                  connection: db
                                  tables: [public.t]
                                  properties: {schema_drift: pause}
                                sink:
                                  type: blackhole
                            """
                                    .formatted(folder.resolve("state").toUri(), database.dsn()));

            int code = bench("-f", file.toString(), "own", "--repeats", "1", "--json");

            assertThat(err.toString()).contains("snapshot run 1");
            assertThat(code).isZero();
            JsonNode result = new ObjectMapper().readTree(out.toString());
            assertRatio(result.get("snapshot"), "rowsPerSecond", "limitRowsPerSecond");
            assertThat(result.get("stream").isNull()).isTrue();
            assertThat(result.get("notes").get(0).asText()).isEqualTo(PipelineBench.NO_STREAM);
            assertThat(
                            database.queryLong(
                                    "SELECT (SELECT count(*) FROM pg_publication) + (SELECT"
                                            + " count(*) FROM pg_replication_slots WHERE database ="
                                            + " current_database())"))
                    .isZero();
            assertThat(folder.resolve("state")).doesNotExist();
        }
    }

    @Test
    void latencyIsMeasuredFromCommitToSink() throws IOException {
        int code = bench("--latency", "--rate", "500", "--seconds", "3", "--json");

        assertThat(code).isZero();
        JsonNode found = new ObjectMapper().readTree(out.toString()).get("latency");
        assertThat(found.get("changes").asInt()).isPositive();
        assertThat(found.get("p50Millis").asDouble()).isPositive();
        assertThat(found.get("p99Millis").asDouble())
                .isBetween(found.get("p50Millis").asDouble(), found.get("maxMillis").asDouble());
    }

    @Test
    @Tag("long")
    void readsFewColumnsAndAllByTurns() throws IOException {
        int code =
                bench(
                        "--projection",
                        "--rows",
                        "20000",
                        "--changes",
                        "20000",
                        "--repeats",
                        "1",
                        "--json");

        assertThat(err.toString()).contains("snapshot run 1: 3 columns", "stream run 1: 3 columns");
        assertThat(code).isZero();
        JsonNode result = new ObjectMapper().readTree(out.toString());
        assertRatio(result.get("snapshot"), "perSecond", "perSecondOfAll");
        assertRatio(result.get("stream"), "perSecond", "perSecondOfAll");
    }

    @Test
    void readsTheSameTableWithEachStrategy() throws IOException {
        int code = bench("--strategies", "--rows", "20000,40000", "--repeats", "1", "--json");

        assertThat(err.toString()).contains("40,000 rows, without indexes, run 1: minmax");
        assertThat(code).isZero();
        List<String> found = new ArrayList<>();
        for (JsonNode table : new ObjectMapper().readTree(out.toString()).get("tables")) {
            double ctid = table.get("strategies").get(0).get("rowsPerSecond").asDouble();
            assertThat(table.get("bytes").asLong()).isGreaterThan(100 * table.get("rows").asLong());
            for (JsonNode read : table.get("strategies")) {
                assertThat(read.get("rows")).isEqualTo(table.get("rows"));
                assertThat(read.get("seconds")).hasSize(1);
                assertThat(read.get("firstRowSeconds").get(0).asDouble())
                        .isBetween(0.001, read.get("seconds").get(0).asDouble());
                assertThat(read.get("ratio").asDouble())
                        .isCloseTo(
                                read.get("rowsPerSecond").asDouble() / ctid,
                                org.assertj.core.data.Offset.offset(0.01));
                found.add(
                        table.get("rows")
                                + (table.get("indexed").asBoolean() ? " indexed " : " ")
                                + read.get("strategy").asText()
                                + read.path("column").asText(""));
            }
        }
        List<String> expected = new ArrayList<>();
        for (String table : List.of("20000 indexed ", "20000 ", "40000 indexed ", "40000 ")) {
            for (String read :
                    List.of(
                            "ctid",
                            "ntileid",
                            "minmaxid",
                            "ntilecustomer_id",
                            "minmaxcustomer_id")) {
                expected.add(table + read);
            }
        }
        assertThat(found).containsExactlyElementsOf(expected);
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThat(bench("--workers", "0")).isEqualTo(2);
        assertThat(err.toString()).startsWith("--workers must be at least 1, found 0");
        assertThat(bench("some-pipeline")).isEqualTo(2);
        assertThat(bench("-f", "x.yaml", "--rows", "5")).isNotZero();
        assertThat(bench("--latency", "-f", "x.yaml")).isEqualTo(2);
        assertThat(bench("--latency", "--rate", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--rate must be at least 1, found 0");
        assertThat(bench("--latency", "--changes", "5")).isEqualTo(2);
        assertThat(err.toString()).contains("--changes has no meaning with --latency");
        assertThat(bench("--rate", "5")).isEqualTo(2);
        assertThat(bench("--seconds", "5", "--rows", "5")).isEqualTo(2);
        assertThat(bench("--rows", "5,6")).isEqualTo(2);
        assertThat(err.toString()).contains("--rows takes several numbers with --strategies alone");
        assertThat(bench("--strategies", "--rows", "5,0")).isEqualTo(2);
        assertThat(err.toString()).contains("--rows must be at least 1, found 0");
        assertThat(bench("--strategies", "--changes", "5")).isEqualTo(2);
        assertThat(err.toString()).contains("--changes has no meaning with --strategies");
        assertThat(bench("--strategies", "-f", "x.yaml")).isEqualTo(2);
        assertThat(bench("--sql", "--latency")).isEqualTo(2);
        assertThat(bench("--sql", "--strategies")).isEqualTo(2);
        assertThat(bench("--strategies", "--latency")).isEqualTo(2);
        assertThat(err.toString()).contains("--strategies has no meaning with --latency");
        assertThat(out.toString()).isEmpty();
    }

    private int bench(String... arguments) {
        return new CommandLine(new BenchCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
