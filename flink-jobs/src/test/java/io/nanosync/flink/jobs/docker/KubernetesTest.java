package io.nanosync.flink.jobs.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanosync.flink.jobs.metrics.PrometheusReporterFactory;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** Manifests for the Flink Kubernetes operator, held against the image, the build and the code. */
class KubernetesTest {

    /** Fields of the operator's {@code FlinkDeploymentSpec} and {@code JobSpec} that are used. */
    private static final Set<String> SPEC =
            Set.of(
                    "image",
                    "flinkVersion",
                    "serviceAccount",
                    "flinkConfiguration",
                    "podTemplate",
                    "jobManager",
                    "taskManager",
                    "job");

    private static final Set<String> JOB =
            Set.of("jarURI", "entryClass", "args", "parallelism", "upgradeMode", "state");

    private static final Set<String> SETTINGS =
            Set.of(
                    TaskManagerOptions.NUM_TASK_SLOTS.key(),
                    HighAvailabilityOptions.HA_MODE.key(),
                    HighAvailabilityOptions.HA_STORAGE_PATH.key(),
                    CheckpointingOptions.CHECKPOINTS_DIRECTORY.key(),
                    CheckpointingOptions.SAVEPOINT_DIRECTORY.key(),
                    MetricOptions.REPORTERS_LIST.key(),
                    "metrics.reporter.nanosync.factory.class",
                    "metrics.reporter.nanosync.host",
                    "metrics.reporter.nanosync.port");

    @TempDir private Path folder;

    private static List<JsonNode> documents(String file) {
        List<JsonNode> documents = new ArrayList<>();
        new Yaml()
                .loadAll(DockerFolder.text("kubernetes/" + file))
                .forEach(document -> documents.add(new ObjectMapper().valueToTree(document)));
        return documents;
    }

    private static JsonNode deployment(String file) {
        return documents(file).stream()
                .filter(document -> document.path("kind").asText().equals("FlinkDeployment"))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application.yaml", "session.yaml"})
    void runsTheImageWithItsFlinkAndTheReporter(String file) {
        JsonNode deployment = deployment(file);
        assertThat(deployment.path("apiVersion").asText()).isEqualTo("flink.apache.org/v1beta1");
        JsonNode spec = deployment.path("spec");
        assertThat(names(spec)).isSubsetOf(SPEC);
        assertThat(spec.path("image"))
                .isEqualTo(
                        DockerFolder.yaml("compose.yaml")
                                .path("services")
                                .path("jobmanager")
                                .path("image"));
        String version = version();
        assertThat(spec.path("flinkVersion").asText())
                .isEqualTo("v" + version.replaceFirst("[.][0-9]+$", "").replace('.', '_'));
        assertThat(spec.toString())
                .contains("\"value\":\"flink-s3-fs-hadoop-" + version + ".jar\"")
                .contains("\"containerPort\":9250");
        JsonNode settings = spec.path("flinkConfiguration");
        assertThat(names(settings)).isSubsetOf(SETTINGS);
        settings.forEach(setting -> assertThat(setting.isTextual()).isTrue());
        assertThat(settings.path("metrics.reporter.nanosync.factory.class").asText())
                .isEqualTo(PrometheusReporterFactory.class.getName());
        assertThat(settings.path("metrics.reporter.nanosync.port").asText()).isEqualTo("9250");
        Configuration flink = new Configuration();
        names(settings).forEach(name -> flink.setString(name, settings.path(name).asText()));
        assertThat(flink.get(TaskManagerOptions.NUM_TASK_SLOTS)).isEqualTo(2);
    }

    /** The version of the image's first line. */
    private static String version() {
        return DockerFolder.text("Dockerfile")
                .lines()
                .filter(line -> line.startsWith("FROM flink:"))
                .map(line -> line.replaceFirst("FROM flink:", "").replaceFirst("-java.*", ""))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void anApplicationRunsAPipelineOfTheFileThatIsMountedWithAPasswordFromASecret()
            throws Exception {
        JsonNode spec = deployment("application.yaml").path("spec");
        JsonNode job = spec.path("job");
        assertThat(names(job)).isSubsetOf(JOB);
        String jar = job.path("jarURI").asText();
        assertThat(DockerFolder.text("Dockerfile")).contains(jar.replace("local://", ""));
        assertThat(Class.forName(job.path("entryClass").asText())).isNotNull();
        assertThat(job.path("upgradeMode").asText()).isEqualTo("savepoint");

        JsonNode pod = spec.path("jobManager").path("podTemplate").path("spec");
        JsonNode container = pod.path("containers").path(0);
        JsonNode map = documents("application.yaml").get(0);
        assertThat(pod.path("volumes").path(0).path("configMap").path("name"))
                .isEqualTo(map.path("metadata").path("name"));
        assertThat(container.path("volumeMounts").path(0).path("name"))
                .isEqualTo(pod.path("volumes").path(0).path("name"));
        List<String> arguments = new ArrayList<>();
        job.path("args").forEach(argument -> arguments.add(argument.asText()));
        assertThat(arguments)
                .containsExactly(
                        "run",
                        "-f",
                        container.path("volumeMounts").path(0).path("mountPath").asText()
                                + "/pipelines.yaml",
                        "orders");

        JsonNode common =
                spec.path("podTemplate").path("spec").path("containers").path(0).path("env");
        for (int i = 0; i < common.size(); i++) {
            assertThat(container.path("env").path(i))
                    .as("what the operator merges place by place")
                    .isEqualTo(common.path(i));
        }
        assertThat(
                        spec.path("flinkConfiguration")
                                .path(CheckpointingOptions.SAVEPOINT_DIRECTORY.key())
                                .asText())
                .isEqualTo("s3://bucket/nanosync/orders/savepoints");
        JsonNode variable = container.path("env").path(common.size());
        assertThat(variable.path("valueFrom").has("secretKeyRef")).isTrue();
        Path file =
                Files.writeString(
                        folder.resolve("pipelines.yaml"),
                        map.path("data").path("pipelines.yaml").asText());
        PipelinesFile pipelines =
                PipelinesFile.read(file, Map.of(variable.path("name").asText(), "secret"));
        assertThat(pipelines.stateDirGiven()).isTrue();
        assertThat(pipelines.pipeline("orders")).isPresent();
    }

    @Test
    void noManifestHoldsAPassword() {
        assertThat(Stream.of("application.yaml", "session.yaml"))
                .allSatisfy(
                        file ->
                                assertThat(DockerFolder.text("kubernetes/" + file))
                                        .doesNotContainPattern("postgres://[^:@]+:[^$]"));
    }
}
