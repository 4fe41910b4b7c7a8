package io.nanosync.flink.pg;

import static io.nanosync.flink.pg.testing.ArchitectureRules.classesOf;
import static io.nanosync.flink.pg.testing.ArchitectureRules.knowsNothingOf;
import static io.nanosync.flink.pg.testing.ArchitectureRules.usesOnly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.nanosync.flink.pg.testing.ArchitectureRules;
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
