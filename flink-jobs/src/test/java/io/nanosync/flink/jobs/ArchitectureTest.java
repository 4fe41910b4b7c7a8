package io.nanosync.flink.jobs;

import static io.nanosync.flink.pg.testing.ArchitectureRules.classesOf;
import static io.nanosync.flink.pg.testing.ArchitectureRules.knowsNothingOf;
import static io.nanosync.flink.pg.testing.ArchitectureRules.usesOnly;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import io.nanosync.flink.pg.testing.ArchitectureRules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import picocli.CommandLine.Command;

/** Who may import whom in the jobs: the command composes a job from a pipeline and its sink. */
class ArchitectureTest {

    private static final String ROOT = "io.nanosync.flink.jobs";
    private static final String CONNECTOR = "io.nanosync.flink.pg";

    private static final Map<String, List<String>> USES =
            Map.of(
                    "pipeline", List.of(),
                    "sink", List.of("pipeline"),
                    "metrics", List.of(),
                    "compose", List.of("pipeline", "sink"),
                    "cluster", List.of("pipeline", "compose"),
                    "local", List.of("pipeline", "sink", "compose", "metrics"),
                    "demo", List.of("pipeline", "sink", "compose", "metrics", "local"),
                    "bench", List.of("pipeline", "sink", "compose", "metrics", "local"),
                    "cli",
                            List.of(
                                    "pipeline",
                                    "sink",
                                    "compose",
                                    "metrics",
                                    "cluster",
                                    "local",
                                    "demo",
                                    "bench"));

    private static final JavaClasses CLASSES = classesOf(ROOT);

    @Test
    void everyPackageHasItsPlaceInTheTable() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            assertThat(type.getPackageName()).startsWith(ROOT + ".");
            found.add(type.getPackageName().substring(ROOT.length() + 1).split("\\.", 2)[0]);
        }
        assertThat(found).isEqualTo(new TreeSet<>(USES.keySet()));
    }

    @Test
    void packagesUseOnlyWhatLiesBelowThem() {
        USES.forEach((name, others) -> usesOnly(ROOT, name, others).check(CLASSES));
    }

    @Test
    void nobodyReachesIntoTheConnector() {
        knowsNothingOf(
                        List.of(ROOT + ".."),
                        CONNECTOR + ".source.enumerator..",
                        CONNECTOR + ".source.reader..",
                        CONNECTOR + ".source.split..",
                        CONNECTOR + ".wire..")
                .check(CLASSES);
    }

    @Test
    void logsGoThroughOneInterface() {
        ArchitectureRules.noForeignLogging().check(CLASSES);
    }

    /** They are all made in front of a run, which says where to log to. */
    @Test
    void commandsMakeNoLogger() {
        Set<String> commands = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            if (type.isAnnotatedWith(Command.class)) {
                commands.add(type.getName());
                assertThat(type.getFields()).noneMatch(field -> isLogger(field.getRawType()));
            }
        }
        assertThat(commands).hasSizeGreaterThan(10);
    }

    private static boolean isLogger(JavaClass type) {
        return type.isAssignableTo(Logger.class);
    }

    @Test
    void onlyCommandsAndTheSinkThatIsForItPrint() {
        ArchitectureRules.printsOnlyIn(
                        ROOT + ".cli..",
                        ROOT + ".local..",
                        ROOT + ".demo..",
                        ROOT + ".bench..",
                        ROOT + ".sink..")
                .check(CLASSES);
    }

    @Test
    void nothingStaticCanBeChangedFromOutside() {
        ArchitectureRules.staticFieldsAreFinal().check(CLASSES);
        ArchitectureRules.publicConstantsAreImmutable().check(CLASSES);
    }

    @Test
    void namesSaySomething() {
        ArchitectureRules.noEmptyNames().check(CLASSES);
    }
}
