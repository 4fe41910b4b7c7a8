package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.Column;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceholderTest {

    @Test
    void isNullWhereTheColumnMayBeNull() {
        for (Column column : Columns.ofEveryKind()) {
            assertThat(Placeholder.of(fitting(column, ""))).isNull();
        }
    }

    @Test
    void isSomethingWhereTheColumnIsNotNull() {
        for (Column column : Columns.ofEveryKind()) {
            LogicalType declared = fitting(column, " NOT NULL");
            assertThat(Placeholder.of(declared)).as(declared.toString()).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ARRAY<INT>", "MAP<STRING, STRING>"})
    void isOneEntryWhereThereMayBeSeveral(String declared) {
        assertThat(Placeholder.of(type(declared))).isNull();
        assertThat(Placeholder.of(type(declared + " NOT NULL")))
                .matches(
                        placeholder ->
                                placeholder instanceof ArrayData list
                                        ? list.size() == 1
                                        : ((MapData) placeholder).size() == 1);
    }

    @Test
    void aNumberIsNeverZero() {
        for (String declared :
                new String[] {"DECIMAL(2, 2)", "DECIMAL(38, 0)", "DECIMAL(38, 38)"}) {
            DecimalData placeholder = (DecimalData) Placeholder.of(type(declared + " NOT NULL"));
            assertThat(placeholder).isNotNull();
            assertThat(placeholder.toBigDecimal().signum()).as(declared).isEqualTo(1);
        }
        assertThat(Placeholder.of(type("INT NOT NULL"))).isEqualTo(1);
    }

    private static LogicalType fitting(Column column, String nullability) {
        return type(ColumnKind.of(column).fitting(column) + nullability);
    }

    private static LogicalType type(String declared) {
        return LogicalTypeParser.parse(declared, PlaceholderTest.class.getClassLoader());
    }
}
