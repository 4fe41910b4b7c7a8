package io.nanosync.flink.pg.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class ArchitectureRulesTest {

    private static final JavaClasses BAD =
            new ClassFileImporter().importClasses(BadManager.class, ArchitectureRulesTest.class);

    /** Everything that the rules forbid. */
    @SuppressWarnings({"NonFinalStaticField", "MutablePublicArray"})
    static final class BadManager {
        static int count;
        public static final List<String> NAMES_LIST = List.of();
        public static final ArrayList<String> NAMES = new ArrayList<>();
        public static final int[] NUMBERS = {1};

        private BadManager() {}

        static void print() {
            System.out.println(Logger.getGlobal());
        }
    }

    @Test
    void findsNamesThatSayNothing() {
        broken(ArchitectureRules.noEmptyNames(), "BadManager");
    }

    @Test
    void findsForeignLogging() {
        broken(ArchitectureRules.noForeignLogging(), "java.util.logging.Logger");
    }

    @Test
    void findsPrintingOutsideOfThePackagesThatMay() {
        broken(ArchitectureRules.printsOnlyIn("io.nanosync.other.."), "java.lang.System.out");
    }

    @Test
    void findsStaticFieldsThatOthersCanSet() {
        broken(ArchitectureRules.staticFieldsAreFinal(), "BadManager.count");
    }

    @Test
    void findsConstantsThatOthersCanChange() {
        broken(ArchitectureRules.publicConstantsAreImmutable(), "BadManager.NUMBERS");
        broken(ArchitectureRules.publicConstantsAreImmutable(), "BadManager.NAMES>");
    }

    private static void broken(ArchRule rule, String by) {
        assertThatThrownBy(() -> rule.check(BAD))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(by);
    }
}
