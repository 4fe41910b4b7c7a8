package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.QualifiedName;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class CatalogTableNameTest {

    private static QualifiedName name(String schema, String table) {
        return new QualifiedName(schema, table);
    }

    @Test
    void isSchemaAndTableAsTheyAre() {
        assertThat(CatalogTableName.of(name("public", "orders"))).isEqualTo("public.orders");
        assertThat(CatalogTableName.of(name("Sales", "Order lines`")))
                .isEqualTo("Sales.Order lines`");
    }

    @Test
    void quotesAPartWithADotOrAQuote() {
        assertThat(CatalogTableName.of(name("a.b", "c"))).isEqualTo("\"a.b\".c");
        assertThat(CatalogTableName.of(name("a", "b\"c"))).isEqualTo("a.\"b\"\"c\"");
    }

    @Test
    void withoutASchemaIsInPublic() {
        assertThat(CatalogTableName.parse("orders")).isEqualTo(name("public", "orders"));
        assertThat(CatalogTableName.parse("\"a.b\"")).isEqualTo(name("public", "a.b"));
    }

    @Test
    void keepsCapitals() {
        assertThat(CatalogTableName.parse("Public.Orders")).isEqualTo(name("Public", "Orders"));
    }

    @Test
    void isNoTablesWhenItIsMalformed() {
        for (String name :
                new String[] {"", ".", "a.", ".a", "a.b.c", "\"a", "\"a\"b.c", "a.\"\""}) {
            assertThat(CatalogTableName.parse(name)).as(name).isNull();
        }
    }

    @Property
    void readsWhatItWrites(
            @ForAll @StringLength(min = 1, max = 5) @Chars({'a', 'B', '.', '"', ' ', '`', 'ß'})
                    String schema,
            @ForAll @StringLength(min = 1, max = 5) @Chars({'a', 'B', '.', '"', ' ', '`', 'ß'})
                    String table) {
        assertThat(CatalogTableName.parse(CatalogTableName.of(name(schema, table))))
                .isEqualTo(name(schema, table));
    }
}
