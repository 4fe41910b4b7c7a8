package io.nanosync.flink.pg.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.columnar.RowImage;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import java.util.List;
import java.util.Objects;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/** Takes one value through decoder, batch and converter, and into a row. */
final class OneValue {

    private OneValue() {}

    /** What Flink gets for a value in PostgreSQL's text form; null when it doesn't fit. */
    static @Nullable Object convert(Column column, String text, String declared) {
        RowImage row =
                new Changes(ReplicaIdentity.NOTHING, List.of(column), List.of())
                        .insert(text)
                        .batch()
                        .rows()
                        .iterator()
                        .next()
                        .after();
        LogicalType type = LogicalTypeParser.parse(declared, OneValue.class.getClassLoader());
        ValueConverter converter =
                Objects.requireNonNull(ColumnKind.converter(column, type), declared);
        Object value = converter.convert(Objects.requireNonNull(row), 0);
        assertIsWritten(value, row, column, type);
        return value;
    }

    /** The same reaches a row, with the bytes that Flink's serializer has for it. */
    private static void assertIsWritten(
            @Nullable Object value, RowImage image, Column column, LogicalType type) {
        BinaryRows rows = new BinaryRows(List.of(type), false);
        rows.begin(RowKind.INSERT);
        boolean fits = new RowColumn(column, type).writer().write(image, 0, rows, 0);
        assertThat(fits).isEqualTo(value != null);
        if (fits) {
            assertThat(rows.end())
                    .isEqualTo(new RowDataSerializer(type).toBinaryRow(GenericRowData.of(value)));
        }
    }
}
