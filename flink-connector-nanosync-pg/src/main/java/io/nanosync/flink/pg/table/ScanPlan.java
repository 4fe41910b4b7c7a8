package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.contract.PlacesProof;
import java.io.Serializable;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a scan makes of the changes of its tables: of each the same columns, in the same
 * style.
 *
 * @param tables at least one
 */
record ScanPlan(List<TablePlan> tables) implements Serializable {

    ScanPlan {
        tables = List.copyOf(tables);
    }

    /** The tables' names. */
    List<QualifiedName> names() {
        return tables.stream().map(one -> one.rows().table().name()).toList();
    }

    /** What changes look like. */
    ChangelogStyle style() {
        return tables.get(0).rows().style();
    }

    /** The types of the rows' fields. */
    List<LogicalType> types() {
        return tables.get(0).rows().types();
    }

    /** The metadata columns, which follow the others. */
    List<Metadata> metadata() {
        return tables.get(0).rows().metadata();
    }

    /** The place of a column in the rows; null when they don't have it. */
    @Nullable Integer place(Declaration.Rowtime column) {
        return tables.get(0).rows().place(column);
    }

    /** Names of the columns whose values it needs, of one table or another. */
    List<String> needed() {
        return tables.stream().flatMap(table -> table.rows().needed().stream()).distinct().toList();
    }

    /** The same for these of the columns, by their places. */
    ScanPlan projecting(int[] places) {
        return rows(plan -> plan.projecting(places));
    }

    /** The same with these metadata columns. */
    ScanPlan with(List<Metadata> metadata) {
        return rows(plan -> plan.with(metadata));
    }

    /** The same where what is read again is proven so. */
    ScanPlan proving(PlacesProof places) {
        return new ScanPlan(tables.stream().map(table -> table.proving(places)).toList());
    }

    private ScanPlan rows(UnaryOperator<RowPlan> other) {
        return new ScanPlan(
                tables.stream().map(table -> table.with(other.apply(table.rows()))).toList());
    }
}
