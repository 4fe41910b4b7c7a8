package io.nanosync.flink.pg.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.relation.QualifiedName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableSelectorsTest {

    @Test
    void readsNamesAsSqlDoes() {
        assertThat(TableSelectors.parse("public.orders")).isEqualTo(named("public", "orders"));
        assertThat(TableSelectors.parse("Public.ORDERS")).isEqualTo(named("public", "orders"));
        assertThat(TableSelectors.parse("sales.\"Mixed.Case\""))
                .isEqualTo(named("sales", "Mixed.Case"));
        assertThat(TableSelectors.parse("\"a\"\"b\".\"*\"")).isEqualTo(named("a\"b", "*"));
    }

    @Test
    void readsAStarAsTheWholeSchema() {
        assertThat(TableSelectors.parse("sales.*"))
                .isEqualTo(new TableSelector.WholeSchema("sales"));
        assertThat(TableSelectors.parse("\"My Sales\".*"))
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
        assertThatThrownBy(() -> TableSelectors.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void refusesNamesThatPostgresWouldCut() {
        assertThat(TableSelectors.parse("s." + "x".repeat(63)))
                .isEqualTo(named("s", "x".repeat(63)));
        assertThatThrownBy(() -> TableSelectors.parse("s." + "ü".repeat(32)))
                .hasMessageContaining("is longer than 63 bytes");
    }

    @Test
    void readsWhatIsLeftOut() {
        assertThat(TableSelectors.parse("!public.orders"))
                .isEqualTo(new TableSelector.Excluded(named("public", "orders")));
        assertThat(TableSelectors.parse("! \"My Sales\".*"))
                .isEqualTo(new TableSelector.Excluded(new TableSelector.WholeSchema("My Sales")));
        assertThat(TableSelectors.parse("!sales.\"Mixed.Case\""))
                .hasToString("!sales.\"Mixed.Case\"");
        assertThatThrownBy(() -> TableSelectors.parse("!!public.orders"))
                .hasMessage("More than one ! in front of \"!!public.orders\"");
        assertThatThrownBy(() -> TableSelectors.parse("!orders")).hasMessageContaining("orders");
    }

    private static TableSelector named(String schema, String table) {
        return new TableSelector.Named(new QualifiedName(schema, table));
    }
}
