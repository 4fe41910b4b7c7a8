package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.columnar.decoder.text.TextForms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/reference/types.md} as the code is. To write it anew run this test with {@code
 * -Dnanosync.docs.update=true}.
 */
final class TypesPageTest {

    private static final Path PAGE = Path.of("../docs/reference/types.md");

    @Test
    void thePageSaysWhatTheCodeDoes() throws IOException {
        String page = TypesPage.render();
        if (Boolean.getBoolean("nanosync.docs.update")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as("write it anew with -Dtest=TypesPageTest -Dnanosync.docs.update=true")
                .content(StandardCharsets.UTF_8)
                .isEqualTo(page);
    }

    @Test
    void thePageNamesEveryTypeThatTheCodeKnows() {
        Set<String> known = new TreeSet<>(TextForms.builtIn());
        TextForms.extensions().forEach(name -> known.add("public." + name));
        Set<String> named = new TreeSet<>();
        TypesPage.ROWS.forEach(row -> named.addAll(row.typeNames()));
        assertThat(named).containsAll(known);
    }
}
