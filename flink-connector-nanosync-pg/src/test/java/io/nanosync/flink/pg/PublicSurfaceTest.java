package io.nanosync.flink.pg;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.testing.ArchitectureRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;
import org.junit.jupiter.api.Test;

/** What jobs of users are written against is marked as stable, and leads to nothing that isn't. */
final class PublicSurfaceTest {

    private static final String ROOT = "io.nanosync.flink.pg";
    private static final Pattern IMPORT =
            Pattern.compile(
                    "^import (" + ROOT.replace(".", "\\.") + "[\\w.]+);", Pattern.MULTILINE);

    /** The builder's product, which goes from one call to another without being looked into. */
    private static final Set<String> HANDED_ON = Set.of(SourceConfig.class.getName());

    private static final JavaClasses CLASSES = ArchitectureRules.classesOf(ROOT);

    @Test
    void whatTheGuidesExamplesUseIsMarked() throws IOException {
        Set<String> used = new TreeSet<>();
        try (Stream<Path> pages = Files.walk(Path.of("../docs"))) {
            for (Path page : pages.filter(path -> path.toString().endsWith(".md")).toList()) {
                Matcher matcher = IMPORT.matcher(Files.readString(page));
                while (matcher.find()) {
                    used.add(matcher.group(1));
                }
            }
        }
        assertThat(used).isNotEmpty().allMatch(name -> isStable(CLASSES.get(name)));
    }

    @Test
    void whatIsMarkedLeadsOnlyToWhatIsMarked() {
        assertThat(leaks(unit -> !unit.isAnnotatedWith(Internal.class))).isEmpty();
        assertThat(leaks(unit -> true)).anyMatch(leak -> leak.contains("SlotState"));
    }

    private static Set<String> leaks(Predicate<JavaCodeUnit> which) {
        Set<String> leaks = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            if (isStable(type)) {
                type.getCodeUnits().stream()
                        .filter(unit -> unit.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(unit -> !unit.getModifiers().contains(JavaModifier.SYNTHETIC))
                        .filter(which)
                        .forEach(unit -> addLeaks(unit, leaks));
            }
        }
        return leaks;
    }

    private static void addLeaks(JavaCodeUnit unit, Set<String> leaks) {
        Stream.of(
                        Stream.of(unit.getReturnType()),
                        unit.getParameterTypes().stream(),
                        unit.getThrowsClause().getTypes().stream())
                .flatMap(types -> types)
                .flatMap(type -> type.getAllInvolvedRawTypes().stream())
                .map(JavaClass::getBaseComponentType)
                .filter(type -> type.getPackageName().startsWith(ROOT))
                .filter(type -> !isStable(type) && !HANDED_ON.contains(type.getName()))
                .forEach(type -> leaks.add(unit.getFullName() + " leads to " + type.getName()));
    }

    /** Whether it is marked, or nested in what is. */
    private static boolean isStable(JavaClass type) {
        return type.isAnnotatedWith(PublicEvolving.class)
                || type.getEnclosingClass().map(PublicSurfaceTest::isStable).orElse(false);
    }
}
