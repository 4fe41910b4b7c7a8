package io.nanosync.flink.pg.relation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualifiedNameTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "public.orders, public, orders",
                "Public.ORDERS, public, orders",
                "public.\"Orders\", public, Orders",
                "\"My Schema\".\"a.b\", My Schema, a.b",
                "public.\"say \"\"hi\"\"\", public, say \"hi\"",
                "public.größe, public, größe",
                "PUBLIC.GRÖSSE, public, grÖsse",
                "TITLE.INDEX, title, index"
            })
    void readsNamesAsSqlDoes(String text, String schema, String name) {
        assertThat(QualifiedName.parse(text)).isEqualTo(new QualifiedName(schema, name));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "orders, expected schema.table",
                "a.b.c, expected schema.table",
                "'', a part is empty",
                "public., a part is empty",
                ".orders, a part is empty",
                "public.\"\", a part is empty",
                "public.\"orders, a quote is not closed",
                "\"public\"x.orders, text after a closing quote",
                "public.or ders, quote the part that holds a space",
                "public.or\"ders, quote the part that holds a quote"
            })
    void saysWhatIsWrongWithOtherNames(String text, String problem) {
        assertThatThrownBy(() -> QualifiedName.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Not a schema-qualified table name: " + text)
                .hasMessageContaining(problem);
    }

    @Test
    void quotesAlwaysInSqlAndWhereNeededForPeople() {
        QualifiedName name = new QualifiedName("public", "My \"Table\"");
        assertThat(name.sql()).isEqualTo("\"public\".\"My \"\"Table\"\"\"");
        assertThat(name).hasToString("public.\"My \"\"Table\"\"\"");
        assertThat(new QualifiedName("public", "t1$")).hasToString("public.t1$");
        assertThat(new QualifiedName("1a", "größe")).hasToString("\"1a\".\"größe\"");
    }

    @Test
    void sortsBySchemaThenName() {
        assertThat(new QualifiedName("a", "z")).isLessThan(new QualifiedName("b", "a"));
        assertThat(new QualifiedName("a", "a")).isLessThan(new QualifiedName("a", "b"));
    }

    @Property(tries = 500)
    void comesBackFromItsText(@ForAll @NotEmpty String schema, @ForAll @NotEmpty String name) {
        QualifiedName qualified = new QualifiedName(schema, name);
        assertThat(QualifiedName.parse(qualified.toString())).isEqualTo(qualified);
        assertThat(QualifiedName.parse(qualified.sql())).isEqualTo(qualified);
    }
}
