package io.nanosync.flink.pg.testing;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Rules over class files, the same for every module. */
public final class ArchitectureRules {

    private static final String BANNED_ENDINGS =
            ".*(Util|Utils|Helper|Helpers|Common|Base|Impl|Manager)";

    private static final Set<String> MUTABLE_COLLECTIONS =
            Set.of(
                    "java.util.ArrayList",
                    "java.util.HashMap",
                    "java.util.HashSet",
                    "java.util.LinkedHashMap",
                    "java.util.LinkedHashSet",
                    "java.util.TreeMap",
                    "java.util.TreeSet",
                    "java.util.concurrent.ConcurrentHashMap",
                    "java.util.BitSet",
                    "java.lang.StringBuilder");

    /** Where the tests' classes are, whatever compiled them. */
    private static final String OWN_LOCATION =
            ArchitectureRules.class.getProtectionDomain().getCodeSource().getLocation().getPath();

    private ArchitectureRules() {}

    /** The classes of a package and its subpackages, without those of tests. */
    public static JavaClasses classesOf(String root) {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains(OWN_LOCATION))
                .importPackages(root);
    }

    /**
     * Of the packages below {@code root}, {@code name} (with its subpackages) uses itself and
     * {@code others} alone. What lies outside of {@code root} is left to other rules.
     */
    public static ArchRule usesOnly(String root, String name, List<String> others) {
        List<String> allowed = new ArrayList<>();
        allowed.add(root + "." + name + "..");
        others.forEach(other -> allowed.add(root + "." + other + ".."));
        return classes()
                .that()
                .resideInAPackage(root + "." + name + "..")
                .should()
                .onlyDependOnClassesThat(
                        are(
                                not(resideInAnyPackage(root + ".."))
                                        .or(resideInAnyPackage(allowed.toArray(String[]::new)))))
                .because("the packages are layers (docs/explanation/architecture.md)");
    }

    /** Flink's marks of what is stable: they need no class of Flink when a job runs. */
    private static final String STABILITY = "org.apache.flink.annotation..";

    /** These packages use the JDK, annotations and classes of {@code root} alone. */
    public static ArchRule usesNoLibrary(String root, List<String> packages) {
        return classes()
                .that()
                .resideInAnyPackage(packages.toArray(String[]::new))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify.annotations..", STABILITY, root + "..");
    }

    /**
     * No class of {@code packages} knows anything of {@code foreign}; both as ArchUnit has them.
     */
    public static ArchRule knowsNothingOf(List<String> packages, String... foreign) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages.toArray(String[]::new))
                .should()
                .dependOnClassesThat(
                        are(resideInAnyPackage(foreign).and(not(resideInAnyPackage(STABILITY)))));
    }

    /** Names that say nothing. */
    public static ArchRule noEmptyNames() {
        return noClasses()
                .should()
                .haveNameMatching(BANNED_ENDINGS)
                .because("a class is named by what it is (CONTRIBUTING.md)");
    }

    /** Logs go through slf4j. */
    public static ArchRule noForeignLogging() {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.apache.log4j..");
    }

    /** Only the packages that talk to a person print. */
    public static ArchRule printsOnlyIn(String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err");
    }

    /** Everybody could change it, and nobody would know. */
    public static ArchRule staticFieldsAreFinal() {
        return fields().should().beFinal().orShould().notBeStatic().orShould().bePrivate();
    }

    /** Final isn't enough: the elements of an array or a collection can be set. */
    public static ArchRule publicConstantsAreImmutable() {
        return noFields()
                .should(
                        ArchCondition.from(
                                DescribedPredicate.describe(
                                        "be public, static and an array or a mutable collection",
                                        ArchitectureRules::isMutableConstant)));
    }

    private static boolean isMutableConstant(JavaField field) {
        JavaClass type = field.getRawType();
        return field.getModifiers().containsAll(Set.of(JavaModifier.PUBLIC, JavaModifier.STATIC))
                && (type.isArray() || MUTABLE_COLLECTIONS.contains(type.getName()));
    }
}
