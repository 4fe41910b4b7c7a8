package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.RowImage;
import io.nanosync.flink.pg.columnar.TextValues;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.PgType.Attribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * Composites as ROW. Its fields are found among the attributes by name, in any order; those that
 * aren't named are left out. PostgreSQL sends no names: which attribute a value is of is told by
 * its place, which has to be that of the plan.
 */
final class RowConverter implements ValueConverter {

    private final ValueConverter[] fields;

    /** For each field of the row its index in {@code values}. */
    private final int[] indexes;

    private final TextValues values;
    private final RowLiteral literal;

    private RowConverter(
            ValueConverter[] fields, int[] indexes, TextValues values, RowLiteral literal) {
        this.fields = fields;
        this.indexes = indexes;
        this.values = values;
        this.literal = literal;
    }

    /**
     * The converter of a composite column; null when the declared type can't hold its values. Any
     * attribute may be null.
     */
    static @Nullable ValueConverter of(Column composite, RowType declared) {
        List<Attribute> attributes = composite.type().attributes();
        int[] read = new int[attributes.size()];
        Arrays.fill(read, RowLiteral.UNREAD);
        List<Attribute> chosen = new ArrayList<>();
        ValueConverter[] fields = new ValueConverter[declared.getFieldCount()];
        int[] indexes = new int[fields.length];
        for (int i = 0; i < fields.length; i++) {
            RowType.RowField field = declared.getFields().get(i);
            int place = place(composite.type(), field.getName());
            ValueConverter converter =
                    place < 0 || !field.getType().isNullable()
                            ? null
                            : ColumnKind.converter(
                                    column(composite, attributes.get(place)), field.getType());
            if (converter == null) {
                return null;
            }
            fields[i] = converter;
            indexes[i] = chosen.size();
            read[place] = chosen.size();
            chosen.add(attributes.get(place));
        }
        TextValues values = new TextValues(chosen);
        return fields.length == 0
                ? null
                : new RowConverter(fields, indexes, values, new RowLiteral(read, values));
    }

    private static int place(PgType composite, String name) {
        for (int i = 0; i < composite.attributes().size(); i++) {
            if (composite.attributes().get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** An attribute, as if it were a column. */
    private static Column column(Column composite, Attribute attribute) {
        return composite.withType(attribute.type(), attribute.typmod());
    }

    /** What to declare for a composite: all of its attributes, each as what fits best. */
    static String fitting(Column composite) {
        return composite.type().attributes().stream()
                .map(
                        attribute -> {
                            Column column = column(composite, attribute);
                            return "`"
                                    + attribute.name().replace("`", "``")
                                    + "` "
                                    + ColumnKind.of(column).fitting(column);
                        })
                .collect(Collectors.joining(", ", "ROW<", ">"));
    }

    @Override
    public @Nullable Object convert(RowImage row, int index) {
        literal.read(row.bytesValue(index));
        if (!values.representable()) {
            values.clear();
            return null;
        }
        RowImage image = values.takeRows().apply(0);
        GenericRowData converted = new GenericRowData(fields.length);
        for (int i = 0; i < fields.length; i++) {
            if (!image.isNull(indexes[i])) {
                Object value = fields[i].convert(image, indexes[i]);
                if (value == null) {
                    return null;
                }
                converted.setField(i, value);
            }
        }
        return converted;
    }

    /** Names in a declared type that no attribute has. */
    static List<UnknownField> unknown(Column column, LogicalType declared) {
        return unknown(column.type(), declared);
    }

    private static List<UnknownField> unknown(PgType type, LogicalType declared) {
        PgType element = type.element();
        if (element != null && type.kind() == PgType.Kind.DOMAIN) {
            return unknown(element, declared);
        }
        if (element != null && type.kind() == PgType.Kind.ARRAY) {
            LogicalType inner = declared;
            while (inner instanceof ArrayType list) {
                inner = list.getElementType();
            }
            return declared instanceof ArrayType ? unknown(element, inner) : List.of();
        }
        List<UnknownField> unknown = new ArrayList<>();
        if (type.kind() == PgType.Kind.COMPOSITE && declared instanceof RowType row) {
            for (RowType.RowField field : row.getFields()) {
                int place = place(type, field.getName());
                if (place < 0) {
                    unknown.add(new UnknownField(field.getName(), type));
                } else {
                    unknown.addAll(unknown(type.attributes().get(place).type(), field.getType()));
                }
            }
        }
        return unknown;
    }

    /** Whether a declared type is ROW, or made of one. */
    static boolean isWithin(LogicalType declared) {
        return declared instanceof RowType
                || declared.getChildren().stream().anyMatch(RowConverter::isWithin);
    }

    /** A field that a composite doesn't have. */
    record UnknownField(String name, PgType composite) {

        List<String> attributes() {
            return composite.attributes().stream().map(Attribute::name).toList();
        }
    }
}
