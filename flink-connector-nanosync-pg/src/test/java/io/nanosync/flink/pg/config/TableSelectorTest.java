package io.nanosync.flink.pg.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.relation.QualifiedName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableSelectorTest {

    @Test
    void readsNamesAsSqlDoes() {
        assertThat(TableSelector.parse("public.orders")).isEqualTo(named("public", "orders"));
        assertThat(TableSelector.parse("Public.ORDERS")).isEqualTo(named("public", "orders"));
        assertThat(TableSelector.parse("sales.\"Mixed.Case\""))
                .isEqualTo(named("sales", "Mixed.Case"));
        assertThat(TableSelector.parse("\"a\"\"b\".\"*\"")).isEqualTo(named("a\"b", "*"));
    }

    @Test
    void readsAStarAsTheWholeSchema() {
        assertThat(TableSelector.parse("sales.*"))
                .isEqualTo(new TableSelector.WholeSchema("sales"));
        assertThat(TableSelector.parse("\"My Sales\".*"))
                .isEqualTo(new TableSelector.WholeSchema("My Sales"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "orders, `Not a schema-qualified table name: orders; expected schema.table,"
                        + " quoted as in SQL where needed`",
                ".*, `Not a schema-qualified table name: .*; a part is empty`",
                "a b.c, `Not a schema-qualified table name: a b.c; quote the part that holds a"
                        + " space`",
                "sales.\"x, `Not a schema-qualified table name: sales.\"x; a quote is not closed`"
            })
    void saysWhyATextIsNoName(String text, String message) {
        assertThatThrownBy(() -> TableSelector.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void refusesNamesThatPostgresWouldCut() {
        assertThat(TableSelector.parse("s." + "x".repeat(63)))
                .isEqualTo(named("s", "x".repeat(63)));
        assertThatThrownBy(() -> TableSelector.parse("s." + "ü".repeat(32)))
                .hasMessageContaining("is longer than 63 bytes");
    }

    @Test
    void readsWhatIsLeftOut() {
        assertThat(TableSelector.parse("!public.orders"))
                .isEqualTo(new TableSelector.Excluded(named("public", "orders")));
        assertThat(TableSelector.parse("! \"My Sales\".*"))
                .isEqualTo(new TableSelector.Excluded(new TableSelector.WholeSchema("My Sales")));
        assertThat(TableSelector.parse("!sales.\"Mixed.Case\""))
                .hasToString("!sales.\"Mixed.Case\"");
        assertThatThrownBy(() -> TableSelector.parse("!!public.orders"))
                .hasMessage("More than one ! in front of \"!!public.orders\"");
        assertThatThrownBy(() -> TableSelector.parse("!orders")).hasMessageContaining("orders");
    }

    private static TableSelector named(String schema, String table) {
        return new TableSelector.Named(new QualifiedName(schema, table));
    }
}
