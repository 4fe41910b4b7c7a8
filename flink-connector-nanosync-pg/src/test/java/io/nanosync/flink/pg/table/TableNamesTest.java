package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TableNamesTest {

    /** Which of these tables are meant. */
    private static List<String> of(String text, String... tables) {
        List<TableSelector> entries = TableNames.parse(text).entries();
        return Stream.of(tables)
                .filter(
                        table ->
                                TableSelector.anyCovers(
                                        entries,
                                        new QualifiedName(
                                                table.substring(0, table.indexOf('|')),
                                                table.substring(table.indexOf('|') + 1))))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "public.orders; public; orders",
                "Public.Orders; public; orders",
                "public.\"Orders\"; public; Orders",
                "public.\"a.b*\"; public; a.b*",
                "public.\"a,b\"; public; a,b",
                "public.a,b; public; a,b",
                "\"s*\".t; s*; t",
                "\"s\".t*; s; t*",
                "!public.a; !public; a",
                "public.a$1; public; a$1",
            })
    void theNameOfOneTableIsThat(String text, String schema, String name) {
        assertThat(TableNames.parse(text).only()).isEqualTo(new QualifiedName(schema, name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public.orders_.*",
                "public\\.orders_.*",
                "public.orders_\\d",
                "public.orders_[0-9]{1,2}",
                "public.(orders_1|orders_2)",
                "(public).orders_[^x]",
                "pub[.l]*ic.orders_.+",
                "pub.{3}.orders_[12]",
                "public.orders_1, public.orders_2",
                "\"public\".\"orders_1\",public.orders_2",
                "public.*, !public.orders, !public.\"Orders_1\", !public.(orders_|x)[^)(].*",
                "public.orders_1,public.(orders_2|x),!public.orders_3",
                "public.orders_1,public.orders_[^](,]",
                "pub.{1}ic.orders_.{1}",
            })
    void severalAreAListOrPatternsOfWholeNames(String text) {
        if (text.endsWith("x)[^)(].*")) {
            assertThat(of(text, "public|other", "public|orders", "public|orders_1", "public|xy"))
                    .containsExactly("public|other");
            return;
        }
        assertThat(
                        of(
                                text,
                                "public|orders",
                                "public|orders_1",
                                "public|orders_2",
                                "public|Orders_1",
                                "public|my_orders_1",
                                "publicX|orders_1",
                                "publicXorders_1|orders",
                                "other|orders_1"))
                .containsExactly("public|orders_1", "public|orders_2");
        assertThat(TableNames.parse(text).only()).isNull();
        assertThat(TableNames.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "orders; Not a schema-qualified table name: orders",
                "public.a,,public.b; a part is empty",
                "orders_.*x; Not a pattern of table names: orders_.*x; expected schema.table",
                "public.orders_(1; public.orders_(1; orders_(1 is no regular expression (Unclosed",
                "!public.a, !public.b; There is nothing that !public.a, !public.b could leave",
                "public.orders_.*|eu.orders_.*; separate tables by commas",
                "public.orders|public.customers; separate tables by commas",
                "public.a,eu.b|us.c; pattern of table names: eu.b|us.c; | stands in brackets",
                "public.orders(|public.customers); separate tables by commas, and write .{1} for",
                "public.orders.*|x; | stands in brackets, like (eu|us).orders",
                "public.orders_.[12]; a dot stands between schema and table",
                "public\\.orders_[12].x; a dot stands between schema and table",
                "public.a, b c.d*; Not a pattern of table names: b c.d*; write \\s for a space",
            })
    void saysWhatIsNeither(String text, String why) {
        assertThatThrownBy(() -> TableNames.parse(text)).hasMessageContaining(why);
    }
}
