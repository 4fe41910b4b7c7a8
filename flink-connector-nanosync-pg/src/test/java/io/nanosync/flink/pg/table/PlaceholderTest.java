package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.relation.Column;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.junit.jupiter.api.Test;

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

    private static LogicalType fitting(Column column, String nullability) {
        return LogicalTypeParser.parse(
                ColumnKind.of(column).fitting(column) + nullability,
                PlaceholderTest.class.getClassLoader());
    }
}
