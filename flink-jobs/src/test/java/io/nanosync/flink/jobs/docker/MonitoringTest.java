package io.nanosync.flink.jobs.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nanosync.flink.jobs.cli.Nanosync;
import io.nanosync.flink.jobs.docs.Page;
import io.nanosync.flink.jobs.metrics.PrometheusReporterFactory;
import io.nanosync.flink.pg.source.metrics.Label;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Alerts, runbook and dashboard, held against the metrics that the code registers. */
class MonitoringTest {

    static final String DATASOURCE = "nanosync-prometheus";
    private static final Pattern LABEL = Pattern.compile("\\$labels\\.(\\w+)");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

    record Alert(String name, String expression, JsonNode rule) {}

    record Shown(String panel, String expression, String legend) {}

    static List<Alert> alerts() {
        List<Alert> alerts = new ArrayList<>();
        for (JsonNode group : DockerFolder.yaml("prometheus/alerts.yml").path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                alerts.add(
                        new Alert(rule.path("alert").asText(), rule.path("expr").asText(), rule));
            }
        }
        return alerts;
    }

    static List<Shown> shown() {
        List<Shown> shown = new ArrayList<>();
        for (JsonNode panel : dashboard().path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                shown.add(
                        new Shown(
                                panel.path("title").asText(),
                                target.path("expr").asText(),
                                target.path("legendFormat").asText()));
            }
        }
        return shown;
    }

    private static JsonNode dashboard() {
        return DockerFolder.json("grafana/dashboards/nanosync.json");
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void anAlertReadsMetricsAsTheyAre(Alert alert) {
        Set<String> labels = check(alert.expression());
        assertThat(labels).containsExactly("pipeline");
        assertThat(alert.rule().path("labels").path("severity").asText())
                .isIn("warning", "critical");
        String summary = alert.rule().path("annotations").path("summary").asText();
        assertThat(names(LABEL, summary)).isEqualTo(labels);
        assertThat(alert.rule().path("annotations").path("runbook").asText())
                .isEqualTo("docs/runbook.md#" + alert.name().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @MethodSource("shown")
    void aPanelReadsMetricsAsTheyAre(Shown shown) {
        Set<String> labels = check(shown.expression());
        assertThat(names(LEGEND, shown.legend())).isEqualTo(labels);
        assertThat(PromQl.uses(shown.expression()))
                .allSatisfy(use -> assertThat(use.selectors()).containsExactly("pipeline"));
    }

    /** Checks each metric of an expression and returns the labels of its result. */
    private static Set<String> check(String expression) {
        List<PromQl.Use> uses = PromQl.uses(expression);
        assertThat(uses).isNotEmpty();
        for (PromQl.Use use : uses) {
            SourceMetric metric = SourceMetric.named(use.metric());
            assertThat(metric).as(use.metric()).isNotNull();
            assertThat(metric.kind()).isNotEqualTo(SourceMetric.Kind.TEXT);
            assertThat(use.counted())
                    .as("growth of " + metric.id())
                    .isEqualTo(metric.kind() == SourceMetric.Kind.COUNTER);
            Set<String> labels =
                    metric.labels().stream().map(Label::label).collect(Collectors.toSet());
            assertThat(labels).containsAll(use.selectors()).containsAll(use.grouping());
        }
        Set<Set<String>> groupings =
                uses.stream().map(PromQl.Use::grouping).collect(Collectors.toSet());
        assertThat(groupings).as("sides of " + expression).hasSize(1);
        return new TreeSet<>(groupings.iterator().next());
    }

    /** Hours that Prometheus' own tool plays in a moment. */
    @Test
    void alertsComeWhenTheyAreDueAndNotBefore() throws Exception {
        assumeTrue(Prometheus.hasTool(), "no promtool on the PATH");
        Path played = Path.of("src/test/resources/io/nanosync/flink/jobs/docker/alerts-test.yml");
        Process tool =
                new ProcessBuilder("promtool", "test", "rules", played.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tool.waitFor()).as(said).isZero();
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theDashboardShowsEveryMetricOfASource() {
        Set<String> read =
                shown().stream()
                        .flatMap(shown -> PromQl.uses(shown.expression()).stream())
                        .map(PromQl.Use::metric)
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> numbers =
                Stream.of(SourceMetric.values())
                        .filter(metric -> metric.kind() != SourceMetric.Kind.TEXT)
                        .filter(metric -> metric.place() != SourceMetric.Place.SQL)
                        .map(SourceMetric::id)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(read).isEqualTo(numbers);
    }

    @Test
    void theDashboardAsksTheDatasourceThatIsProvisioned() {
        Set<Integer> ids = new HashSet<>();
        Set<List<Integer>> places = new HashSet<>();
        for (JsonNode panel : dashboard().path("panels")) {
            assertThat(ids.add(panel.path("id").asInt())).isTrue();
            assertThat(panel.path("datasource").path("uid").asText()).isEqualTo(DATASOURCE);
            for (JsonNode target : panel.path("targets")) {
                assertThat(target.path("datasource").path("uid").asText()).isEqualTo(DATASOURCE);
            }
            JsonNode place = panel.path("gridPos");
            for (int x = 0; x < place.path("w").asInt(); x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    int column = place.path("x").asInt() + x;
                    assertThat(column).isLessThan(24);
                    assertThat(places.add(List.of(column, place.path("y").asInt() + y)))
                            .as("free for " + panel.path("title"))
                            .isTrue();
                }
            }
        }
        JsonNode variable = dashboard().path("templating").path("list").get(0);
        assertThat(variable.path("name").asText()).isEqualTo("pipeline");
        assertThat(variable.path("datasource").path("uid").asText()).isEqualTo(DATASOURCE);
        assertThat(variable.path("query").path("query").asText())
                .isEqualTo("label_values(%s, pipeline)", SourceMetric.PHASE.id());
    }

    @Test
    void everyAlertHasItsPartOfTheRunbook() {
        List<String> headings =
                Page.of("docs/runbook.md")
                        .text()
                        .lines()
                        .filter(line -> line.startsWith("## "))
                        .map(line -> line.substring(3))
                        .toList();
        assertThat(headings).isEqualTo(alerts().stream().map(Alert::name).toList());
    }

    @Test
    void theRunbookNamesCommandsThatThereAre() {
        List<String> commands =
                Page.of("docs/runbook.md").examples("bash").stream()
                        .flatMap(String::lines)
                        .filter(line -> line.startsWith("nanosync "))
                        .toList();
        assertThat(commands).isNotEmpty();
        for (String command : commands) {
            String[] words = command.substring("nanosync ".length()).split(" ");
            new CommandLine(new Nanosync()).parseArgs(words);
        }
    }

    @Test
    void theRunbookAsksWhatTheOldestServerAnswers() {
        TestPostgres oldest = TestPostgres.shared(TestPostgres.VERSIONS.get(0));
        for (String example : Page.of("docs/runbook.md").examples("sql")) {
            for (String statement : example.split(";\n")) {
                if (statement.startsWith("SELECT ")) {
                    oldest.execute("EXPLAIN " + statement);
                } else {
                    assertThat(statement).startsWith("ALTER SYSTEM SET max_slot_wal_keep_size =");
                }
            }
        }
    }

    /** The query of the user's reference, word for word. */
    @Test
    void theLagOfASlotIsAskedFor() {
        try (TestDatabase database =
                TestPostgres.shared(TestPostgres.VERSIONS.get(0)).createDatabase()) {
            database.execute(
                    "SELECT pg_create_logical_replication_slot('nanosync_slot_orders',"
                            + " 'pgoutput')");
            try {
                assertThat(
                                database.queryString(
                                        """
SELECT
  slot_name,
  active,
  confirmed_flush_lsn,
  pg_size_pretty(
    pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)
  ) AS lag
FROM pg_replication_slots
WHERE slot_name = 'nanosync_slot_orders';
"""))
                        .isEqualTo("nanosync_slot_orders");
            } finally {
                database.execute("SELECT pg_drop_replication_slot('nanosync_slot_orders')");
            }
        }
    }

    @Test
    void theReferenceNamesTheReporterAsItIs() {
        assertThat(Page.of("docs/reference/metrics.md").text())
                .contains(
                        "factory.class: " + PrometheusReporterFactory.class.getName() + "\n",
                        "target/nanosync-metrics.jar");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThat(PromQl.uses("sum by (a) (rate(ns_x{b=~\"c\"}[5m])) > 1"))
                .containsExactly(new PromQl.Use("ns_x", Set.of("b"), Set.of("a"), true));
        for (String wrong :
                List.of(
                        "max by (pipeline) (ns_x",
                        "max by (pipeline) (ns_x[5m])",
                        "sum by (pipeline) (rate(ns_x))",
                        "ns_x > 1",
                        "max by (pipeline) (other_metric)",
                        "max by (pipeline) (ns_x) ; 1")) {
            assertThatThrownBy(() -> PromQl.uses(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
