package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.RowImage;
import io.nanosync.flink.pg.columnar.TextValues;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntFunction;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * Arrays as ARRAY, of several dimensions as ARRAY of ARRAY. One with another number of dimensions,
 * or whose indexes don't begin at 1, doesn't fit.
 */
final class ArrayConverter implements ValueConverter {

    private final ValueConverter element;
    private final TextValues elements;
    private final ArrayLiteral literal;

    private ArrayConverter(ValueConverter element, TextValues elements, ArrayLiteral literal) {
        this.element = element;
        this.elements = elements;
        this.literal = literal;
    }

    /**
     * The converter of an array column, whose typmod is that of its elements; null when the
     * declared type can't hold its values. Any element may be null.
     */
    static @Nullable ValueConverter of(Column array, LogicalType declared) {
        Column column = elements(array);
        LogicalType inner = declared;
        int dimensions = 0;
        @Nullable ValueConverter element = null;
        while (element == null && inner instanceof ArrayType list) {
            inner = list.getElementType();
            if (!inner.isNullable()) {
                return null;
            }
            dimensions++;
            element = ColumnKind.converter(column, inner);
        }
        if (element == null) {
            return null;
        }
        TextValues elements = new TextValues(column.type(), column.typmod());
        return new ArrayConverter(
                element,
                elements,
                new ArrayLiteral(column.type().delimiter(), elements, dimensions));
    }

    /** The elements of an array column, as if they were a column. */
    static Column elements(Column array) {
        PgType element = Objects.requireNonNull(array.type().element(), "an array's element");
        return array.withType(element, array.typmod());
    }

    @Override
    public @Nullable Object convert(RowImage row, int index) {
        if (!literal.read(row.bytesValue(index)) || !elements.representable()) {
            elements.clear();
            return null;
        }
        @Nullable Object[] values = new Object[elements.count()];
        IntFunction<RowImage> rows = elements.takeRows();
        for (int i = 0; i < values.length; i++) {
            RowImage value = rows.apply(i);
            if (!value.isNull(0)) {
                values[i] = element.convert(value, 0);
                if (values[i] == null) {
                    return null;
                }
            }
        }
        for (int dimension = literal.dimensions() - 1; dimension > 0; dimension--) {
            values = lists(values, literal.length(dimension));
        }
        return new GenericArrayData(values);
    }

    private static @Nullable Object[] lists(@Nullable Object[] values, int length) {
        Object[] lists = new Object[length == 0 ? 0 : values.length / length];
        for (int i = 0; i < lists.length; i++) {
            lists[i] =
                    new GenericArrayData(Arrays.copyOfRange(values, i * length, (i + 1) * length));
        }
        return lists;
    }
}
