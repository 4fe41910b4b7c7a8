package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnKindTest {

    private static LogicalType type(String declared) {
        return LogicalTypeParser.parse(declared, ColumnKindTest.class.getClassLoader());
    }

    @Test
    void tellsTheKindsApart() {
        assertThat(Columns.ofEveryKind().stream().map(ColumnKind::of))
                .containsExactly(ColumnKind.values());
    }

    @Test
    void handsEveryKindToTheTypeThatFitsBest() {
        for (Column column : Columns.ofEveryKind()) {
            ColumnKind kind = ColumnKind.of(column);
            assertThat(ColumnKind.converter(column, type(kind.fitting(column))))
                    .as(kind.name())
                    .isNotNull();
        }
    }

    @Test
    void suggestsPrecisionAndScaleOfTheColumn() {
        Column price = Columns.numeric("price", 12, 2);
        Column huge = Columns.numeric("huge", 60, 10);
        assertThat(ColumnKind.of(price).fitting(price)).isEqualTo("DECIMAL(12, 2)");
        assertThat(ColumnKind.of(huge).fitting(huge)).isEqualTo("STRING");
    }

    @Test
    void takesADomainAsItsBaseType() {
        PgType numeric = PgType.base(1700, "numeric");
        PgType inner = domain("public.amount", numeric);
        assertThat(ColumnKind.of(Columns.of("c", domain("public.price", inner), -1, "price")))
                .isEqualTo(ColumnKind.NUMERIC_TEXT);
    }

    private static PgType domain(String name, PgType base) {
        return new PgType(70_000, name, PgType.Kind.DOMAIN, base, ',', List.of(), true, -1);
    }

    @Test
    void handsEveryOtherTypeOnAsText() {
        PgType vector =
                new PgType(
                        22,
                        "int2vector",
                        PgType.Kind.ARRAY,
                        PgType.base(21, "int2"),
                        ',',
                        List.of(),
                        true);
        assertThat(
                        Stream.of(
                                        Columns.interval("c"),
                                        Columns.of("c", vector, -1, "int2vector"),
                                        Columns.of("c", PgType.base(3802, "jsonb"), -1, "jsonb"),
                                        Columns.of("c", PgType.base(1266, "timetz"), -1, "timetz"),
                                        Columns.of("c", PgType.base(869, "inet"), -1, "inet"))
                                .map(ColumnKind::of))
                .containsOnly(ColumnKind.TEXT);
    }

    @Test
    void saysWhatNestedTypesCanBeDeclaredAs() {
        Column lists = Columns.array(Columns.numeric("c", 12, 2));
        assertThat(ColumnKind.expected(lists)).isEqualTo("STRING, or ARRAY<DECIMAL(12, 2)>");
        assertThat(ColumnKind.expected(Columns.domain(lists)))
                .isEqualTo("STRING, or ARRAY<DECIMAL(12, 2)>");
        assertThat(ColumnKind.expected(Columns.hstore("c")))
                .isEqualTo("STRING, or MAP<STRING, STRING>");
        Column composite = Columns.composite("c", Columns.numeric("a", 12, 2), Columns.text("b"));
        assertThat(ColumnKind.expected(Columns.domain(composite)))
                .isEqualTo("STRING, or ROW<`a` DECIMAL(12, 2), `b` STRING>");
        assertThat(ColumnKind.expected(Columns.array(composite)))
                .isEqualTo("STRING, or ARRAY<ROW<`a` DECIMAL(12, 2), `b` STRING>>");
        assertThat(ColumnKind.expected(Columns.int4("c"))).isEqualTo("INT");
    }

    /** Which of all types a kind accepts: whatever isn't listed is refused. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BOOLEAN      | BOOLEAN",
                "INT2         | SMALLINT INT BIGINT",
                "INT4         | INT BIGINT",
                "INT8         | BIGINT",
                "OID          | BIGINT",
                "FLOAT4       | FLOAT DOUBLE",
                "FLOAT8       | DOUBLE",
                "NUMERIC      | DECIMAL(12,2) DECIMAL(38,0) STRING",
                "NUMERIC_TEXT | DECIMAL(12,2) DECIMAL(38,0) STRING",
                "MONEY        | DECIMAL(12,2) DECIMAL(38,0)",
                "BYTEA        | BYTES VARBINARY(4)",
                "DATE         | DATE",
                "TIME         | TIME(0) TIME(3) STRING",
                "TIMESTAMP    | TIMESTAMP(0) TIMESTAMP(6) TIMESTAMP(9)",
                "TIMESTAMPTZ  | TIMESTAMP_LTZ(3) TIMESTAMP_LTZ(6)",
                "UUID         | STRING VARCHAR(36) CHAR(36)",
                "ARRAY        | STRING VARCHAR(36) CHAR(36) VARCHAR(4) CHAR(4) ARRAY<INT>"
                        + " ARRAY<ARRAY<BIGINT>>",
                "HSTORE       | STRING VARCHAR(36) CHAR(36) VARCHAR(4) CHAR(4) MAP<STRING,STRING>"
                        + " MAP<STRING_NOT_NULL,STRING>",
                "COMPOSITE    | STRING VARCHAR(36) CHAR(36) VARCHAR(4) CHAR(4)"
                        + " ROW<a_INT,b_STRING> ROW<b_STRING> ROW<b_VARCHAR(4),a_BIGINT>",
                "TEXT         | STRING VARCHAR(36) CHAR(36) VARCHAR(4) CHAR(4)"
            })
    void acceptsOnlyWhatHoldsItsValues(ColumnKind kind, String accepted) {
        List<String> all =
                List.of(
                        ("BOOLEAN TINYINT SMALLINT INT BIGINT FLOAT DOUBLE DECIMAL(12,2)"
                             + " DECIMAL(38,0) BYTES VARBINARY(4) BINARY(4) DATE TIME(0) TIME(3)"
                             + " TIME(6) TIMESTAMP(0) TIMESTAMP(6) TIMESTAMP(9) TIMESTAMP_LTZ(3)"
                             + " TIMESTAMP_LTZ(6) STRING VARCHAR(36) CHAR(36) VARCHAR(4) CHAR(4)"
                             + " ARRAY<INT> ARRAY<INT_NOT_NULL> ARRAY<ARRAY<BIGINT>> ARRAY<STRING>"
                             + " MAP<STRING,STRING> MAP<STRING_NOT_NULL,STRING>"
                             + " MAP<STRING,STRING_NOT_NULL> MAP<STRING,INT> ROW<a_INT,b_STRING>"
                             + " ROW<b_STRING> ROW<b_VARCHAR(4),a_BIGINT> ROW<a_INT_NOT_NULL>"
                             + " ROW<a_STRING> ROW<A_INT> ROW<>")
                                .split(" "));
        Column column =
                Columns.ofEveryKind().stream()
                        .filter(c -> ColumnKind.of(c) == kind)
                        .findFirst()
                        .orElseThrow();
        List<String> found = new ArrayList<>();
        for (String declared : all) {
            if (ColumnKind.converter(
                            column, type(declared.replace("_", " ").replace(" LTZ", "_LTZ")))
                    != null) {
                found.add(declared);
            }
        }
        assertThat(found).containsExactlyInAnyOrder(accepted.split(" "));
    }
}
