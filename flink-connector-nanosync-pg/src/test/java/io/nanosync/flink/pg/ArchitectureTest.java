package io.nanosync.flink.pg;

import static io.nanosync.flink.pg.testing.ArchitectureRules.classesOf;
import static io.nanosync.flink.pg.testing.ArchitectureRules.knowsNothingOf;
import static io.nanosync.flink.pg.testing.ArchitectureRules.usesOnly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.nanosync.flink.pg.testing.ArchitectureRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may import whom. The packages stand from the bottom up. */
class ArchitectureTest {

    private static final String ROOT = "io.nanosync.flink.pg";
    private static final String FLINK = "org.apache.flink..";
    private static final String ARROW = "org.apache.arrow..";
    private static final String PGJDBC = "org.postgresql..";
    private static final String JDBC = "java.sql..";
    private static final String JDBC_EXTENSIONS = "javax.sql..";

    private static final Map<String, List<String>> USES =
            Map.ofEntries(
                    Map.entry("wal", List.of("relation")),
                    Map.entry("relation", List.of("wal")),
                    Map.entry("wire", List.of("wal", "relation")),
                    Map.entry("columnar", List.of("wal", "relation", "wire")),
                    Map.entry("config", List.of("wal", "relation")),
                    Map.entry("client", List.of("wal", "relation", "wire", "config")),
                    Map.entry("typeinfo", List.of("wal", "relation", "columnar")),
                    Map.entry(
                            "source",
                            List.of(
                                    "wal",
                                    "relation",
                                    "wire",
                                    "columnar",
                                    "client",
                                    "config",
                                    "typeinfo")),
                    Map.entry(
                            "table",
                            List.of(
                                    "wal",
                                    "relation",
                                    "wire",
                                    "columnar",
                                    "client",
                                    "config",
                                    "typeinfo",
                                    "source")));

    /** Every package, and which of its own first level it uses beside itself. */
    private static final Map<String, List<String>> USES_WITHIN =
            Map.ofEntries(
                    Map.entry("wal", List.of()),
                    Map.entry("relation", List.of()),
                    Map.entry("relation.contract", List.of("relation")),
                    Map.entry("relation.drift", List.of("relation")),
                    Map.entry("wire", List.of()),
                    Map.entry("wire.copy", List.of("wire")),
                    Map.entry("wire.pgoutput", List.of("wire")),
                    Map.entry("columnar", List.of("columnar.decoder")),
                    Map.entry("columnar.decoder", List.of("columnar", "columnar.decoder.text")),
                    Map.entry("columnar.decoder.text", List.of("columnar")),
                    Map.entry("config", List.of()),
                    Map.entry("client", List.of()),
                    Map.entry("client.jdbc", List.of("client")),
                    Map.entry("typeinfo", List.of()),
                    Map.entry(
                            "source",
                            List.of(
                                    "source.split",
                                    "source.enumerator",
                                    "source.enumerator.server",
                                    "source.reader")),
                    Map.entry("source.contract", List.of()),
                    Map.entry("source.split", List.of()),
                    Map.entry("source.state", List.of()),
                    Map.entry("source.event", List.of("source.split")),
                    Map.entry("source.metrics", List.of()),
                    Map.entry("source.enumerator.snapshot", List.of("source.split")),
                    Map.entry(
                            "source.enumerator.server",
                            List.of(
                                    "source.contract",
                                    "source.split",
                                    "source.state",
                                    "source.enumerator.snapshot")),
                    Map.entry(
                            "source.enumerator",
                            List.of(
                                    "source",
                                    "source.split",
                                    "source.event",
                                    "source.metrics",
                                    "source.enumerator.snapshot",
                                    "source.enumerator.server")),
                    Map.entry(
                            "source.reader",
                            List.of(
                                    "source",
                                    "source.contract",
                                    "source.split",
                                    "source.event",
                                    "source.metrics")),
                    Map.entry("table", List.of()));

    private static final JavaClasses CLASSES = classesOf(ROOT);

    @Test
    void everyPackageHasItsPlaceInTheTable() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            assertThat(type.getPackageName()).startsWith(ROOT + ".");
            found.add(firstLevel(type));
        }
        assertThat(found).isEqualTo(new TreeSet<>(USES.keySet()));
    }

    @Test
    void packagesUseOnlyWhatLiesBelowThem() {
        USES.forEach((name, others) -> usesOnly(ROOT, name, others).check(CLASSES));
    }

    @Test
    void everyPackageOfAnyLevelHasItsPlaceInTheSecondTable() {
        Set<String> found = new TreeSet<>();
        CLASSES.forEach(type -> found.add(place(type)));
        assertThat(USES_WITHIN.keySet()).containsAll(found);
    }

    @Test
    void packagesUseOfTheirOwnLevelOnlyWhatTheTableSays() {
        assertThat(usesBeside(USES_WITHIN)).isEmpty();
        Map<String, List<String>> stricter = new HashMap<>(USES_WITHIN);
        stricter.put(
                "source.enumerator.server",
                List.of("source.contract", "source.split", "source.state"));
        assertThat(usesBeside(stricter))
                .isNotEmpty()
                .allMatch(use -> use.contains("source.enumerator.snapshot"));
    }

    /** Which class uses which package of its own first level though the table doesn't say so. */
    private static Set<String> usesBeside(Map<String, List<String>> table) {
        Set<String> uses = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().startsWith(ROOT + ".")
                        && firstLevel(target).equals(firstLevel(type))
                        && !place(target).equals(place(type))
                        && !table.getOrDefault(place(type), List.of()).contains(place(target))) {
                    uses.add(type.getName() + " uses " + place(target));
                }
            }
        }
        return uses;
    }

    private static String place(JavaClass type) {
        return type.getPackageName().substring(ROOT.length() + 1);
    }

    private static String firstLevel(JavaClass type) {
        return place(type).split("\\.", 2)[0];
    }

    @Test
    void valuesAndWireFormatsUseTheJdkAlone() {
        ArchitectureRules.usesNoLibrary(ROOT, in("wal", "relation", "wire")).check(CLASSES);
        knowsNothingOf(in("wal", "relation", "wire"), JDBC, JDBC_EXTENSIONS).check(CLASSES);
    }

    @Test
    void columnarKnowsNoFlinkAndNoDriver() {
        knowsNothingOf(in("columnar"), FLINK, PGJDBC, JDBC, JDBC_EXTENSIONS).check(CLASSES);
    }

    @Test
    void onlyTheJdbcClientKnowsTheDriver() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".client.jdbc..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PGJDBC)
                .check(CLASSES);
    }

    @Test
    void onlyItsCreatorKnowsTheJdbcClient() {
        knowsNothingOf(
                        in("wal", "relation", "wire", "columnar", "config", "typeinfo"),
                        ROOT + ".client..")
                .check(CLASSES);
        knowsNothingOf(in("source.enumerator", "source.reader"), ROOT + ".client.jdbc..")
                .check(CLASSES);
    }

    @Test
    void enumeratorAndReaderNeverImportEachOther() {
        knowsNothingOf(in("source.enumerator"), ROOT + ".source.reader..").check(CLASSES);
        knowsNothingOf(in("source.reader"), ROOT + ".source.enumerator..").check(CLASSES);
        knowsNothingOf(
                        in("source.split", "source.event", "source.metrics"),
                        ROOT + ".source.reader..",
                        ROOT + ".source.enumerator..")
                .check(CLASSES);
    }

    /** Bookkeeping that knows no server, a server's side that knows no phase, phases over both. */
    @Test
    void theEnumeratorHasThreeRooms() {
        String enumerator = ROOT + ".source.enumerator";
        knowsNothingOf(
                        in("source.enumerator.snapshot"),
                        enumerator,
                        enumerator + ".server..",
                        "org.apache.flink..")
                .check(CLASSES);
        knowsNothingOf(in("source.enumerator.server"), enumerator).check(CLASSES);
    }

    @Test
    void logsGoThroughOneInterface() {
        ArchitectureRules.noForeignLogging().check(CLASSES);
    }

    @Test
    void nothingPrints() {
        ArchitectureRules.printsOnlyIn().check(CLASSES);
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

    /** A renamed package must not turn a rule off. */
    @Test
    void aRuleThatMatchesNoClassFails() {
        assertThatThrownBy(() -> usesOnly(ROOT, "renamed", List.of()).check(CLASSES))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("failed to check any classes");
    }

    @Test
    void aRuleThatIsBrokenFails() {
        assertThatThrownBy(() -> usesOnly(ROOT, "wire", List.of("wal")).check(CLASSES))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("io.nanosync.flink.pg.relation.");
        assertThatThrownBy(() -> knowsNothingOf(in("columnar"), ARROW).check(CLASSES))
                .isInstanceOf(AssertionError.class);
    }

    private static List<String> in(String... names) {
        return List.of(names).stream().map(name -> ROOT + "." + name + "..").toList();
    }
}
