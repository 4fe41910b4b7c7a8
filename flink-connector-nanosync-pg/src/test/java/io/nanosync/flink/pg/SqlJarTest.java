package io.nanosync.flink.pg;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.testing.ShadedJar;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The jar for Flink's lib folder, as it was packed. */
@Tag("packaged")
class SqlJarTest {

    private static final String SHADED = "io/nanosync/flink/pg/shaded/";

    private final ShadedJar jar = ShadedJar.inTarget("-sql.jar");

    @Test
    void holdsNoClassUnderAForeignName() {
        assertThat(jar.names())
                .filteredOn(name -> !name.startsWith("META-INF/"))
                .isNotEmpty()
                .allMatch(name -> name.startsWith("io/nanosync/flink/pg/"));
        assertThat(jar.names())
                .filteredOn(name -> name.startsWith("META-INF/") && name.endsWith(".class"))
                .isEmpty();
    }

    @Test
    void holdsEveryLibraryThatTheConnectorNeedsAndNoneThatFlinkBrings() {
        assertThat(jar.below(SHADED))
                .contains(
                        "org/postgresql/Driver.class",
                        "org/apache/arrow/vector/VectorSchemaRoot.class",
                        "org/apache/arrow/memory/unsafe/UnsafeAllocationManager.class",
                        "com/google/flatbuffers/FlatBufferBuilder.class",
                        "com/fasterxml/jackson/databind/ObjectMapper.class")
                .noneMatch(name -> name.startsWith("org/apache/flink/"))
                .noneMatch(name -> name.startsWith("org/slf4j/"))
                .noneMatch(name -> name.startsWith("org/apache/logging/"));
    }

    @Test
    void registersItsFactoriesAndNoDriver() {
        assertThat(jar.below("META-INF/services/"))
                .contains("org.apache.flink.table.factories.Factory")
                .allMatch(
                        name ->
                                name.equals("org.apache.flink.table.factories.Factory")
                                        || name.startsWith("io.nanosync."));
        assertThat(jar.text("META-INF/services/org.apache.flink.table.factories.Factory").lines())
                .containsExactlyInAnyOrder(
                        "io.nanosync.flink.pg.table.NanosyncTableFactory",
                        "io.nanosync.flink.pg.table.NanosyncCatalogFactory");
    }

    @Test
    void saysUnderWhichLicencesItsLibrariesAre() {
        assertThat(jar.libraries()).isNotEmpty();
        assertThat(jar.text("META-INF/NOTICE"))
                .contains(jar.libraries())
                .contains("org.postgresql:postgresql:");
        assertThat(jar.text("META-INF/LICENSE")).contains("Apache License");
        assertThat(jar.text("META-INF/licenses/LICENSE.postgresql"))
                .contains("PostgreSQL Global Development Group");
        assertThat(jar.names())
                .contains(
                        "META-INF/FastDoubleParser-LICENSE",
                        "META-INF/FastDoubleParser-ThirdParty-LICENSE",
                        "META-INF/Schubfach-LICENSE");
    }

    /** Arrow finds its memory by names in strings, which relocation must have changed too. */
    @Test
    void findsArrowsMemoryUnderItsNewName() throws Exception {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.path().toUri().toURL()});
                AutoCloseable allocator =
                        (AutoCloseable)
                                loader.loadClass(
                                                SHADED.replace('/', '.')
                                                        + "org.apache.arrow.memory.RootAllocator")
                                        .getConstructor()
                                        .newInstance()) {
            Object buffer =
                    allocator.getClass().getMethod("buffer", long.class).invoke(allocator, 64L);
            assertThat(buffer.getClass().getName()).startsWith(SHADED.replace('/', '.'));
            ((AutoCloseable) buffer).close();
        }
    }
}
