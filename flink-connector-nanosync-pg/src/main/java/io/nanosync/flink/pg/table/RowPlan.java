package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.SourceOptions;
import io.nanosync.flink.pg.config.UnrepresentablePolicy;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which rows a scan makes of the changes; decided at planning, shipped with the job.
 *
 * @param table the captured table
 * @param style what changes look like
 * @param columns the columns read, in the order of the row
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
        List<Metadata> metadata,
        List<String> key,
        TruncatePolicy truncate,
        ToastPolicy toast,
        boolean nullsMisfits)
        implements Serializable {

    /** A plan that reads all these columns and no metadata. */
    static RowPlan of(
            TableSettings settings,
            ChangelogStyle style,
            List<RowColumn> columns,
            List<String> key,
            ToastPolicy toast) {
        return new RowPlan(
                settings.identity(),
                style,
                columns,
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

    /** The same plan for other columns. */
    RowPlan reading(List<RowColumn> columns, List<Metadata> metadata) {
        return new RowPlan(table, style, columns, metadata, key, truncate, toast, nullsMisfits);
    }
}
