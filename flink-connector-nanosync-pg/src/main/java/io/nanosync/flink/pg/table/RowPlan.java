package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.UnrepresentablePolicy;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a scan makes of the changes; decided at planning, shipped with the job.
 *
 * @param table the captured table
 * @param style what changes look like
 * @param columns the columns read, in the order of the row
 * @param tablePlace the place in front of the metadata columns that has the table's name; null
 *     without one
 * @param metadata the metadata columns, which follow them
 * @param key names of the columns by which rows are told apart: of the declared key, or of the
 *     table's under {@code append} where rows are read again; empty without one
 * @param truncate what a TRUNCATE does
 * @param toast what becomes of unchanged large values
 * @param nullsMisfits whether a value that the declared type can't hold becomes null; else the job
 *     fails
 */
record RowPlan(
        TableIdentity table,
        ChangelogStyle style,
        List<RowColumn> columns,
        @Nullable Integer tablePlace,
        List<Metadata> metadata,
        List<String> key,
        TruncatePolicy truncate,
        ToastPolicy toast,
        boolean nullsMisfits)
        implements Serializable {

    /** A plan that reads all these columns and no metadata. */
    static RowPlan of(
            TableSettings settings,
            QualifiedName table,
            ChangelogStyle style,
            List<RowColumn> columns,
            @Nullable Integer tablePlace,
            List<String> key,
            ToastPolicy toast) {
        return new RowPlan(
                settings.identity(table),
                style,
                columns,
                tablePlace,
                List.of(),
                key,
                settings.truncate(),
                toast,
                settings.options().get(SourceOptions.UNREPRESENTABLE)
                        == UnrepresentablePolicy.NULL);
    }

    /** Names of the columns whose values it needs. */
    List<String> needed() {
        return Stream.concat(columns.stream().map(RowColumn::name), key.stream())
                .distinct()
                .toList();
    }

    /** The place in the row of a column. */
    int place(int column) {
        return tablePlace != null && column >= tablePlace ? column + 1 : column;
    }

    /** The same by what is declared of it; null when the row doesn't have it. */
    @Nullable Integer place(Declaration.Rowtime declared) {
        if (declared.metadata() != null) {
            int at = metadata.indexOf(declared.metadata());
            return at < 0 ? null : metadataPlace() + at;
        }
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(declared.column())) {
                return place(i);
            }
        }
        return null;
    }

    /** The place in the row of the first metadata column. */
    int metadataPlace() {
        return columns.size() + (tablePlace == null ? 0 : 1);
    }

    /** The types of the row's fields. */
    List<LogicalType> types() {
        List<LogicalType> types = new ArrayList<>();
        columns.forEach(column -> types.add(column.declared()));
        if (tablePlace != null) {
            types.add(tablePlace, VarCharType.STRING_TYPE);
        }
        metadata.forEach(one -> types.add(one.type().getLogicalType()));
        return types;
    }

    /** The same for these places of the row in front of the metadata columns. */
    RowPlan projecting(int[] places) {
        List<RowColumn> read = new ArrayList<>();
        Integer named = null;
        for (int i = 0; i < places.length; i++) {
            if (tablePlace != null && places[i] == tablePlace) {
                named = i;
            } else {
                read.add(
                        columns.get(
                                tablePlace != null && places[i] > tablePlace
                                        ? places[i] - 1
                                        : places[i]));
            }
        }
        return new RowPlan(table, style, read, named, metadata, key, truncate, toast, nullsMisfits);
    }

    /** The same with these metadata columns. */
    RowPlan with(List<Metadata> others) {
        return new RowPlan(
                table, style, columns, tablePlace, others, key, truncate, toast, nullsMisfits);
    }
}
