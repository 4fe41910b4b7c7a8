package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.RowCondition;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.jspecify.annotations.Nullable;

/**
 * What of a scan's filters PostgreSQL is asked for.
 *
 * @param accepted those that are conditions on rows of each table
 * @param conditions all of them together, by table; empty when none is
 */
record PushedFilters(
        List<ResolvedExpression> accepted, Map<QualifiedName, RowCondition> conditions) {

    /**
     * Of filters that all have to hold.
     *
     * @param tableColumn the declared column that has the table's name; null without one
     */
    static PushedFilters of(
            List<ResolvedExpression> filters, ScanPlan plan, @Nullable String tableColumn) {
        List<ResolvedExpression> accepted = new ArrayList<>();
        Map<QualifiedName, List<RowCondition>> conditions = new LinkedHashMap<>();
        for (ResolvedExpression filter : filters) {
            Map<QualifiedName, RowCondition> each = conditions(filter, plan, tableColumn);
            if (each.size() == plan.tables().size()) {
                accepted.add(filter);
                each.forEach(
                        (table, one) ->
                                conditions
                                        .computeIfAbsent(table, name -> new ArrayList<>())
                                        .add(one));
            }
        }
        Map<QualifiedName, RowCondition> together = new LinkedHashMap<>();
        conditions.forEach((table, ones) -> together.put(table, together(ones)));
        return new PushedFilters(accepted, together);
    }

    /** What a filter is for each table for which it is something. */
    private static Map<QualifiedName, RowCondition> conditions(
            ResolvedExpression filter, ScanPlan plan, @Nullable String tableColumn) {
        Map<QualifiedName, RowCondition> conditions = new LinkedHashMap<>();
        for (TablePlan table : plan.tables()) {
            RowCondition condition = Predicates.condition(table.rows(), tableColumn, filter);
            if (condition != null) {
                conditions.put(table.rows().table().name(), condition);
            }
        }
        return conditions;
    }

    private static RowCondition together(List<RowCondition> ones) {
        return new RowCondition(
                ones.stream()
                        .map(one -> "(" + one.sql() + ")")
                        .collect(Collectors.joining(" AND ")),
                ones.stream().flatMap(one -> one.columns().stream()).distinct().toList());
    }
}
