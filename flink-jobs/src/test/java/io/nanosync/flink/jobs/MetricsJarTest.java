package io.nanosync.flink.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.jobs.testing.MetricsPlugin;
import io.nanosync.flink.pg.testing.ShadedJar;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar for Flink's {@code plugins} folder, as it was packed. */
@Tag("packaged")
class MetricsJarTest {

    private static final String FACTORY =
            "io.nanosync.flink.jobs.metrics.PrometheusReporterFactory";

    private final ShadedJar jar = ShadedJar.inTarget("nanosync-metrics.jar");

    @TempDir private Path folder;

    @Test
    void holdsWhatServesMetricsAndNothingElse() {
        assertThat(jar.names())
                .filteredOn(name -> !name.startsWith("io/nanosync/flink/jobs/metrics/"))
                .containsExactlyInAnyOrder(
                        "META-INF/LICENSE",
                        "META-INF/NOTICE",
                        "META-INF/services/" + MetricReporterFactory.class.getName(),
                        "io/nanosync/flink/pg/columnar/Op.class",
                        "io/nanosync/flink/pg/relation/QualifiedName.class",
                        "io/nanosync/flink/pg/source/metrics/CounterView.class",
                        "io/nanosync/flink/pg/source/metrics/Label.class",
                        "io/nanosync/flink/pg/source/metrics/MetricScope.class",
                        "io/nanosync/flink/pg/source/metrics/SourceMetric$Kind.class",
                        "io/nanosync/flink/pg/source/metrics/SourceMetric$Place.class",
                        "io/nanosync/flink/pg/source/metrics/SourceMetric.class",
                        "io/nanosync/flink/pg/source/metrics/Unit.class");
        assertThat(jar.text("META-INF/services/" + MetricReporterFactory.class.getName()).strip())
                .isEqualTo(FACTORY);
        assertThat(jar.text("META-INF/LICENSE")).contains("Apache License");
        assertThat(jar.text("META-INF/NOTICE")).contains("Nanosync for Apache Flink");
    }

    @Test
    void needsNothingButTheJdkAndWhatFlinkGivesItsPlugins() {
        String given =
                Arrays.stream(System.getProperty("java.class.path").split(":"))
                        .filter(path -> path.matches(".*/(flink|slf4j-api)[^/]*\\.jar"))
                        .reduce((one, other) -> one + ":" + other)
                        .orElseThrow();
        StringWriter missing = new StringWriter();
        int code =
                ToolProvider.findFirst("jdeps")
                        .orElseThrow()
                        .run(
                                new PrintWriter(missing, true),
                                new PrintWriter(missing, true),
                                "--missing-deps",
                                "--class-path",
                                given,
                                jar.path().toString());
        // Annotations that the JVM leaves out.
        assertThat(missing.toString().lines().filter(line -> line.startsWith(" ")))
                .filteredOn(line -> !line.contains("org.jspecify.annotations."))
                .isEmpty();
        assertThat(code).as(missing.toString()).isZero();
    }

    @Test
    void isFoundByFlinkInItsPluginsFolderAndLoadedFromThere() throws Exception {
        List<MetricReporterFactory> found = new ArrayList<>();
        MetricsPlugin.installedIn(folder)
                .load(MetricReporterFactory.class)
                .forEachRemaining(found::add);
        assertThat(found).hasSize(1);
        Class<?> type = found.get(0).getClass();
        assertThat(type.getName()).isEqualTo(FACTORY);
        assertThat(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .startsWith(folder.toString());
    }

    @Test
    void isNoServiceOfTheJobJar() {
        assertThat(ShadedJar.inTarget("nanosync-job.jar").names())
                .doesNotContain("META-INF/services/" + MetricReporterFactory.class.getName());
    }
}
