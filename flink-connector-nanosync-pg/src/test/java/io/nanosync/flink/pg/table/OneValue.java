package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.RowImage;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import java.util.List;
import java.util.Objects;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.jspecify.annotations.Nullable;

/** Takes one value through decoder, batch and converter. */
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
        return converter.convert(Objects.requireNonNull(row), 0);
    }
}
