package io.nanosync.flink.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.ShadedJar;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The jar that is submitted to a Flink cluster, as it was packed. */
@Tag("packaged")
class JobJarTest {

    private static final String SHADED = "io/nanosync/flink/pg/shaded/";

    private final ShadedJar jar = ShadedJar.inTarget("nanosync-job.jar");

    @Test
    void holdsNoClassUnderAForeignName() {
        assertThat(jar.names())
                .filteredOn(name -> !name.startsWith("META-INF/"))
                .isNotEmpty()
                .allMatch(name -> name.startsWith("io/nanosync/flink/"));
        assertThat(jar.names())
                .filteredOn(name -> name.startsWith("META-INF/") && name.endsWith(".class"))
                .isEmpty();
    }

    @Test
    void holdsEveryLibraryOfTheJobAndNoneThatFlinkBrings() {
        assertThat(jar.below(SHADED))
                .contains(
                        "org/postgresql/Driver.class",
                        "org/apache/arrow/vector/VectorSchemaRoot.class",
                        "org/apache/arrow/memory/unsafe/UnsafeAllocationManager.class",
                        "com/fasterxml/jackson/dataformat/yaml/YAMLFactory.class",
                        "org/yaml/snakeyaml/Yaml.class",
                        "picocli/CommandLine.class")
                .noneMatch(name -> name.startsWith("org/apache/flink/"))
                .noneMatch(name -> name.startsWith("org/slf4j/"))
                .noneMatch(name -> name.startsWith("org/apache/logging/"));
    }

    @Test
    void runsPipelinesWhenSubmitted() {
        assertThat(jar.text("META-INF/MANIFEST.MF"))
                .contains("Main-Class: io.nanosync.flink.jobs.cli.PipelineJobMain");
        assertThat(jar.names()).contains("io/nanosync/flink/jobs/cli/PipelineJobMain.class");
    }

    @Test
    void registersNoDriver() {
        assertThat(jar.below("META-INF/services/"))
                .allMatch(
                        name ->
                                name.equals("org.apache.flink.table.factories.Factory")
                                        || name.startsWith("io.nanosync."));
    }

    @Test
    void saysUnderWhichLicencesItsLibrariesAre() {
        assertThat(jar.libraries()).isNotEmpty();
        assertThat(jar.text("META-INF/NOTICE"))
                .contains(jar.libraries())
                .contains("org.postgresql:postgresql:", "info.picocli:picocli:");
        assertThat(jar.text("META-INF/LICENSE")).contains("Apache License");
        assertThat(jar.text("META-INF/licenses/LICENSE.postgresql"))
                .contains("PostgreSQL Global Development Group");
    }
}
