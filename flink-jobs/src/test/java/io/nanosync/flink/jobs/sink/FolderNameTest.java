package io.nanosync.flink.jobs.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FolderNameTest {

    @Test
    void keepsOrdinaryNames() {
        assertThat(name("public", "orders")).isEqualTo("public.orders");
        assertThat(name("Sales_2", "order-lines")).isEqualTo("Sales_2.order-lines");
    }

    @Test
    void isTheSameInEveryLocale() {
        assertThat(name("Größe", "日-2")).isEqualTo("Gr%C3%B6%C3%9Fe.%E6%97%A5-2");
    }

    @Test
    void encodesWhatAFileSystemOrAReaderWouldTakeForSomethingElse() {
        assertThat(name("sales", "Mixed.Case")).isEqualTo("sales.Mixed%2ECase");
        assertThat(name("a/b", "..\\c:*?")).isEqualTo("a%2Fb.%2E%2E%5Cc%3A%2A%3F");
        assertThat(name("_hidden", "_t")).isEqualTo("%5Fhidden._t");
        assertThat(name(".h", "50% ~\n")).isEqualTo("%2Eh.50%25%20%7E%0A");
        assertThat(name("😀", "t")).isEqualTo("%F0%9F%98%80.t");
    }

    @Test
    void givesEveryTableAFolderOfItsOwn() {
        List<QualifiedName> tables =
                List.of(
                        new QualifiedName("a.b", "c"),
                        new QualifiedName("a", "b.c"),
                        new QualifiedName("a%2Eb", "c"),
                        new QualifiedName("A.b", "c"),
                        new QualifiedName("%5Fa", "b"),
                        new QualifiedName("_a", "b"),
                        new QualifiedName("日".repeat(21), "日".repeat(21)),
                        new QualifiedName("日".repeat(21), "日".repeat(20)),
                        new QualifiedName(" ".repeat(63), " ".repeat(63)),
                        new QualifiedName(" ".repeat(63), " ".repeat(62)));
        Set<String> names = new HashSet<>();
        tables.forEach(table -> names.add(FolderName.of(table)));
        assertThat(names).hasSameSizeAs(tables);
    }

    @Test
    void fitsIntoAFileSystem() {
        for (String part :
                List.of("x".repeat(63), " ".repeat(63), "日".repeat(21), "😀".repeat(15))) {
            assertThat(name(part, part).getBytes(StandardCharsets.UTF_8).length)
                    .isLessThanOrEqualTo(FolderName.MAX_BYTES);
        }
        assertThat(name("public", "日".repeat(21))).isEqualTo("public." + "%E6%97%A5".repeat(21));
    }

    private static String name(String schema, String table) {
        return FolderName.of(new QualifiedName(schema, table));
    }
}
