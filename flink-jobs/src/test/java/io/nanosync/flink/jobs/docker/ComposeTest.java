package io.nanosync.flink.jobs.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nanosync.flink.jobs.docs.Page;
import io.nanosync.flink.jobs.metrics.PrometheusReporterFactory;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Image, compose file and what they mount, held against the build, the code and each other. No
 * container is started.
 */
class ComposeTest {

    private static final String REPORTER = "metrics.reporter.nanosync.";
    private static final Pattern IMAGE = Pattern.compile("[a-z/-]+:v?[0-9]+\\.[0-9]+[\\w.-]*");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+):\\?[^}]+}");

    private final JsonNode compose = DockerFolder.yaml("compose.yaml");
    private final JsonNode services = compose.path("services");

    @TempDir private Path folder;

    private static String property(String name) {
        Matcher matcher =
                Pattern.compile("<" + name + ">([^<]+)</" + name + ">")
                        .matcher(DockerFolder.projectText("pom.xml"));
        assertThat(matcher.find()).as(name).isTrue();
        return matcher.group(1);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(node -> texts.add(node.asText()));
        return texts;
    }

    @Test
    void theImageIsOfTheFlinkThatIsBuiltForAndHasTheJarsOfTheBuild() {
        List<String> lines =
                DockerFolder.text("Dockerfile")
                        .lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .toList();
        assertThat(lines)
                .containsExactly(
                        "FROM flink:"
                                + property("flink.distribution.version")
                                + "-java"
                                + property("maven.compiler.release"),
                        "COPY --chown=flink:flink flink-jobs/target/nanosync-job.jar"
                                + " /opt/flink/usrlib/nanosync-job.jar",
                        "COPY --chown=flink:flink flink-jobs/target/nanosync-metrics.jar"
                                + " /opt/flink/plugins/nanosync-metrics/nanosync-metrics.jar",
                        "COPY --chmod=755 docker/nanosync /usr/local/bin/nanosync",
                        "RUN mkdir -p /opt/nanosync/state && chown -R flink:flink /opt/nanosync");
        assertThat(DockerFolder.projectText("flink-jobs/pom.xml"))
                .contains(
                        "<outputFile>${project.build.directory}/nanosync-job.jar</outputFile>",
                        "<outputFile>${project.build.directory}/nanosync-metrics.jar</outputFile>");
        for (String name : List.of("jobmanager", "taskmanager")) {
            JsonNode build = services.path(name).path("build");
            assertThat(DockerFolder.path(build.path("context").asText()).normalize())
                    .isEqualTo(DockerFolder.path("").normalize().getParent());
            assertThat(build.path("dockerfile").asText()).isEqualTo("docker/Dockerfile");
            assertThat(services.path(name).path("image").asText())
                    .isEqualTo("nanosync-flink:" + property("version"));
        }
    }

    @Test
    void everyImageIsPinnedAndEveryServiceThatIsAskedSaysWhetherItIsWell() {
        services.forEach(
                service -> assertThat(service.path("image").asText()).matches(IMAGE.pattern()));
        List<String> postgres = List.of(property("postgres18.version").split("\\."));
        assertThat(services.path("postgres").path("image").asText())
                .isEqualTo(services.path("load").path("image").asText())
                .isEqualTo("postgres:" + postgres.get(0) + "." + postgres.get(1));
        services.fieldNames()
                .forEachRemaining(
                        name -> {
                            JsonNode service = services.path(name);
                            service.path("depends_on")
                                    .properties()
                                    .forEach(
                                            other -> {
                                                assertThat(services.has(other.getKey())).isTrue();
                                                assertThat(
                                                                other.getValue()
                                                                        .path("condition")
                                                                        .asText())
                                                        .isEqualTo("service_healthy");
                                            });
                            assertThat(service.has("healthcheck")).isEqualTo(!name.equals("load"));
                        });
        assertThat(texts(services.path("postgres").path("command"))).contains("wal_level=logical");
        assertThat(services.path("taskmanager").path("deploy").path("replicas").asInt())
                .isEqualTo(2);
    }

    @Test
    void flinkUnderstandsItsConfiguration() throws Exception {
        Map<String, String> known = knownOptions();
        for (String service : List.of("jobmanager", "taskmanager")) {
            Configuration configuration = configuration(service);
            for (String key : configuration.keySet()) {
                if (!key.startsWith(REPORTER)) {
                    assertThat(known).containsKey(key);
                }
            }
            assertThat(configuration.get(JobManagerOptions.ADDRESS)).isEqualTo("jobmanager");
            assertThat(services.has(configuration.get(JobManagerOptions.ADDRESS))).isTrue();
            int slots = configuration.get(TaskManagerOptions.NUM_TASK_SLOTS);
            assertThat(configuration.get(CoreOptions.DEFAULT_PARALLELISM))
                    .isLessThanOrEqualTo(2 * slots);
            assertThat(configuration.get(MetricOptions.REPORTERS_LIST)).isEqualTo("nanosync");
            assertThat(configuration.toMap())
                    .containsEntry(
                            REPORTER + "factory.class", PrometheusReporterFactory.class.getName())
                    .containsEntry(REPORTER + "host", "0.0.0.0");
        }
    }

    private Configuration configuration(String service) throws Exception {
        Path conf = Files.createDirectories(folder.resolve(service));
        String lines = services.path(service).path("environment").path("FLINK_PROPERTIES").asText();
        // The image's entry point takes spaces out of each line.
        assertThat(lines.lines()).allMatch(line -> line.matches("[\\w.]+: \\S+"));
        Files.writeString(conf.resolve("config.yaml"), lines);
        return GlobalConfiguration.loadConfiguration(conf.toString());
    }

    private static Map<String, String> knownOptions() throws IllegalAccessException {
        Map<String, String> known = new HashMap<>();
        for (Class<?> type :
                List.of(
                        CoreOptions.class,
                        JobManagerOptions.class,
                        TaskManagerOptions.class,
                        MetricOptions.class)) {
            for (Field field : type.getFields()) {
                if (Modifier.isStatic(field.getModifiers())
                        && field.get(null) instanceof ConfigOption<?> option) {
                    known.put(option.key(), field.getName());
                }
            }
        }
        return known;
    }

    @Test
    void prometheusAsksWhereTheReportersListen() throws Exception {
        String port = configuration("jobmanager").toMap().get(REPORTER + "port");
        JsonNode prometheus = DockerFolder.yaml("prometheus/prometheus.yml");
        JsonNode jobs = prometheus.path("scrape_configs");
        assertThat(jobs.get(0).path("static_configs").get(0).path("targets").get(0).asText())
                .isEqualTo("jobmanager:" + port);
        JsonNode replicas = jobs.get(1).path("dns_sd_configs").get(0);
        assertThat(texts(replicas.path("names"))).containsExactly("taskmanager");
        assertThat(replicas.path("port").asText()).isEqualTo(port);
        assertThat(services.path("taskmanager").path("healthcheck").path("test").toString())
                .contains("/dev/tcp/127.0.0.1/" + port);
        assertThat(texts(prometheus.path("rule_files"))).containsExactly("alerts.yml");
    }

    @Test
    void theJobReadsThePipelinesFileThatIsMounted() throws Exception {
        List<String> command = texts(services.path("jobmanager").path("command"));
        assertThat(command.subList(0, 2)).containsExactly("standalone-job", "--job-classname");
        Class.forName(command.get(2)).getMethod("main", String[].class);
        assertThat(command.subList(3, 5)).containsExactly("run", "-f");
        Map<String, Path> mounts = mounts("jobmanager");
        Pipeline pipeline =
                PipelinesFile.read(
                                mounts.get(command.get(5)), Map.of("NANOSYNC_PASSWORD", "secret"))
                        .pipeline(command.get(6))
                        .orElseThrow();
        assertThat(pipeline.stateDir()).startsWith("file:///opt/nanosync/state/");
        assertThat(mounts).containsKey("/opt/nanosync/state");
        assertThat(mounts("taskmanager")).containsKey("/opt/nanosync/state");
        assertThat(services.path("jobmanager").path("environment").has("NANOSYNC_PASSWORD"))
                .isTrue();
        ConnectionConfig connection = pipeline.connection();
        assertThat(connection.address()).isEqualTo("postgres:5432");
        assertThat(connection.database())
                .isEqualTo(
                        services.path("postgres").path("environment").path("POSTGRES_DB").asText());
    }

    /** What is mounted where; volumes with a name as a path that isn't there. */
    private Map<String, Path> mounts(String service) {
        Map<String, Path> mounts = new TreeMap<>();
        for (String mount : texts(services.path(service).path("volumes"))) {
            String[] parts = mount.split(":");
            boolean named = !parts[0].startsWith(".");
            if (named) {
                assertThat(compose.path("volumes").has(parts[0])).isTrue();
            } else {
                assertThat(DockerFolder.path(parts[0])).exists();
            }
            mounts.put(parts[1], DockerFolder.path(parts[0]).normalize());
        }
        return mounts;
    }

    @Test
    void whatIsMountedIsThere() {
        services.fieldNames().forEachRemaining(this::mounts);
    }

    @Test
    void grafanaFindsItsDatasourceAndDashboard() {
        JsonNode source =
                DockerFolder.yaml("grafana/provisioning/datasources/prometheus.yaml")
                        .path("datasources")
                        .get(0);
        assertThat(source.path("uid").asText()).isEqualTo(MonitoringTest.DATASOURCE);
        assertThat(source.path("url").asText()).isEqualTo("http://prometheus:9090");
        JsonNode provider =
                DockerFolder.yaml("grafana/provisioning/dashboards/nanosync.yaml")
                        .path("providers")
                        .get(0);
        Map<String, Path> mounts = mounts("grafana");
        Path dashboards = mounts.get(provider.path("options").path("path").asText());
        assertThat(dashboards.resolve("nanosync.json")).exists();
        assertThat(mounts).containsKey("/etc/grafana/provisioning");
        assertThat(
                        services.path("grafana")
                                .path("environment")
                                .path("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")
                                .asText())
                .isEqualTo(provider.path("options").path("path").asText() + "/nanosync.json");
    }

    @Test
    void noPasswordIsWrittenDown() {
        Set<String> asked = new TreeSet<>();
        for (JsonNode service : services) {
            service.path("environment")
                    .properties()
                    .forEach(
                            variable -> {
                                if (variable.getKey().contains("PASSWORD")) {
                                    Matcher matcher =
                                            VARIABLE.matcher(variable.getValue().asText());
                                    assertThat(matcher.matches()).as(variable.getKey()).isTrue();
                                    asked.add(matcher.group(1));
                                }
                            });
        }
        assertThat(DockerFolder.text("Dockerfile")).doesNotContain("PASSWORD", "ENV ");
        List<String> given =
                DockerFolder.text(".env.example")
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .toList();
        assertThat(given)
                .containsExactlyInAnyOrderElementsOf(
                        asked.stream().map(name -> name + "=").toList());
        assertThat(DockerFolder.projectText(".gitignore").lines()).contains("docker/.env");
    }

    @Test
    void onlyThisMachineReachesThePorts() {
        for (JsonNode service : services) {
            assertThat(texts(service.path("ports")))
                    .allMatch(port -> port.startsWith("127.0.0.1:"));
        }
    }

    /** As the runbook says, for a slot that is about to be lost. */
    @Test
    @Tag("long")
    void theWalThatSlotsMayKeepIsRaisedWhileTheServerRuns() {
        List<String> command = texts(services.path("postgres").path("command"));
        assertThat(command.get(0)).isEqualTo("postgres");
        String limit = "SHOW max_slot_wal_keep_size";
        try (TestPostgres server = TestPostgres.startWith(18, command.subList(1, command.size()))) {
            server.execute(DockerFolder.text("postgres/0-settings.sql"));
            // So does the image, behind its scripts.
            server.restart();
            assertThat(server.queryString("SHOW wal_level")).isEqualTo("logical");
            assertThat(server.queryString(limit)).isEqualTo("4GB");
            String raised =
                    Page.of("docs/runbook.md").examples("sql").stream()
                            .flatMap(example -> Stream.of(example.split(";\n")))
                            .filter(statement -> statement.startsWith("ALTER SYSTEM "))
                            .findFirst()
                            .orElseThrow();
            server.execute(raised, "SELECT pg_reload_conf()");
            Await.until(
                    "the limit is 200 GB",
                    Duration.ofSeconds(60),
                    () -> server.queryString(limit).equals("200GB"));
        }
    }

    @Test
    void theServerTakesTheTablesAndTheLoad() {
        try (TestDatabase database = TestPostgres.shared(18).createDatabase()) {
            String role = "nanosync_" + database.queryString("SELECT current_database()");
            database.execute("CREATE ROLE " + role + " LOGIN REPLICATION");
            try {
                String tables =
                        DockerFolder.text("postgres/2-tables.sql")
                                .replace("TO nanosync", "TO " + role)
                                .replace(
                                        "DATABASE shop",
                                        "DATABASE "
                                                + database.queryString(
                                                        "SELECT quote_ident(current_database())"));
                database.execute(tables);
                database.execute(DockerFolder.text("load.sql"));
                assertThat(database.queryLong("SELECT count(*) FROM public.orders"))
                        .isEqualTo(100_000 + 20 - 1);
            } finally {
                database.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
            }
        }
    }
}
