package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.RowCondition;
import io.nanosync.flink.pg.relation.Column;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.flink.table.expressions.CallExpression;
import org.apache.flink.table.expressions.FieldReferenceExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.functions.BuiltInFunctionDefinitions;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.jspecify.annotations.Nullable;

/**
 * Flink's predicates as conditions of PostgreSQL's on rows of one table. A condition holds for each
 * row for which the predicate does, and may for more: Flink asks again. Where it can't be told that
 * the two agree there is none, and none may fail for a row.
 */
final class Predicates {

    /** Each is looked at for each row, where Flink looks a value up in a list. */
    private static final int MOST_COMPARISONS = 100;

    /** Into which types values of a type are cast as they are. */
    private static final Map<LogicalTypeRoot, Set<LogicalTypeRoot>> WIDER =
            Map.of(
                    LogicalTypeRoot.SMALLINT,
                    Set.of(LogicalTypeRoot.INTEGER, LogicalTypeRoot.BIGINT),
                    LogicalTypeRoot.INTEGER,
                    Set.of(LogicalTypeRoot.BIGINT),
                    LogicalTypeRoot.FLOAT,
                    Set.of(LogicalTypeRoot.DOUBLE));

    private final RowPlan rows;
    private final @Nullable String tableColumn;

    private final StringBuilder sql = new StringBuilder();
    private final Set<Column> columns = new LinkedHashSet<>();

    /**
     * @param tableColumn the declared column that has the table's name; null without one
     */
    private Predicates(RowPlan rows, @Nullable String tableColumn) {
        this.rows = rows;
        this.tableColumn = tableColumn;
    }

    /** The condition that stands for the predicate; null when there is none. */
    static @Nullable RowCondition condition(
            RowPlan rows, @Nullable String tableColumn, ResolvedExpression predicate) {
        Predicates condition = new Predicates(rows, tableColumn);
        return condition.add(predicate)
                ? new RowCondition(condition.sql.toString(), List.copyOf(condition.columns))
                : null;
    }

    private boolean add(ResolvedExpression predicate) {
        if (predicate instanceof FieldReferenceExpression field) {
            return addFlag(field, "");
        }
        if (!(predicate instanceof CallExpression call)) {
            return false;
        }
        FunctionDefinition function = call.getFunctionDefinition();
        List<ResolvedExpression> operands = call.getResolvedChildren();
        if (function == BuiltInFunctionDefinitions.AND) {
            return addAll(call, " AND ");
        }
        if (function == BuiltInFunctionDefinitions.OR) {
            return addAll(call, " OR ");
        }
        if (function == BuiltInFunctionDefinitions.IS_TRUE) {
            return add(operands.get(0));
        }
        if (function == BuiltInFunctionDefinitions.NOT) {
            return operands.get(0) instanceof FieldReferenceExpression field
                    && addFlag(field, "NOT ");
        }
        if (function == BuiltInFunctionDefinitions.IS_NULL) {
            return addNullCheck(operands.get(0), true);
        }
        if (function == BuiltInFunctionDefinitions.IS_NOT_NULL) {
            return addNullCheck(operands.get(0), false);
        }
        Comparison comparison = Comparison.of(function);
        return comparison != null && addComparison(comparison, operands.get(0), operands.get(1));
    }

    /** A list of values comes as a tree of ORs as deep as the list is long. */
    private boolean addAll(CallExpression call, String operator) {
        List<ResolvedExpression> parts = new ArrayList<>();
        Deque<ResolvedExpression> left = new ArrayDeque<>(List.of(call));
        while (!left.isEmpty()) {
            ResolvedExpression part = left.pop();
            if (part instanceof CallExpression nested
                    && nested.getFunctionDefinition() == call.getFunctionDefinition()) {
                List<ResolvedExpression> children = nested.getResolvedChildren();
                for (int i = children.size() - 1; i >= 0; i--) {
                    left.push(children.get(i));
                }
            } else {
                parts.add(part);
            }
        }
        if (parts.size() > MOST_COMPARISONS) {
            return false;
        }
        sql.append('(');
        for (int i = 0; i < parts.size(); i++) {
            sql.append(i == 0 ? "" : operator);
            if (!add(parts.get(i))) {
                return false;
            }
        }
        sql.append(')');
        return true;
    }

    private boolean addFlag(FieldReferenceExpression field, String not) {
        ComparedColumn compared = compared(field);
        if (compared == null || !compared.isFlag()) {
            return false;
        }
        sql.append(not).append(compared.sql());
        columns.add(compared.column());
        return true;
    }

    private boolean addNullCheck(ResolvedExpression operand, boolean isNull) {
        if (!(operand instanceof FieldReferenceExpression field)) {
            return false;
        }
        ComparedColumn compared = compared(field);
        // A value that doesn't fit may be null for Flink, and isn't for PostgreSQL.
        if (compared == null || (isNull && rows.nullsMisfits() && !compared.alwaysFits())) {
            return false;
        }
        sql.append(compared.nullCheck(isNull));
        columns.add(compared.column());
        return true;
    }

    private boolean addComparison(
            Comparison comparison, ResolvedExpression left, ResolvedExpression right) {
        if (right instanceof ValueLiteralExpression value) {
            FieldReferenceExpression field = widened(left);
            return field != null && addComparison(field, comparison, value);
        }
        FieldReferenceExpression field = widened(right);
        return field != null
                && left instanceof ValueLiteralExpression value
                && addComparison(field, comparison.mirrored(), value);
    }

    /** A column itself, or cast to a type in which each of its values is the same. */
    private static @Nullable FieldReferenceExpression widened(ResolvedExpression operand) {
        if (operand instanceof FieldReferenceExpression field) {
            return field;
        }
        return operand instanceof CallExpression call
                        && call.getFunctionDefinition() == BuiltInFunctionDefinitions.CAST
                        && call.getResolvedChildren().get(0)
                                instanceof FieldReferenceExpression field
                        && WIDER.getOrDefault(root(field), Set.of()).contains(root(call))
                ? field
                : null;
    }

    private static LogicalTypeRoot root(ResolvedExpression expression) {
        return expression.getOutputDataType().getLogicalType().getTypeRoot();
    }

    private boolean addComparison(
            FieldReferenceExpression field, Comparison comparison, ValueLiteralExpression literal) {
        Object value = value(literal);
        if (value == null) {
            return false;
        }
        if (field.getName().equals(tableColumn)) {
            return addTableName(comparison, value);
        }
        ComparedColumn compared = compared(field);
        String other = compared == null ? null : compared.literal(comparison, value);
        if (compared == null || other == null) {
            return false;
        }
        sql.append(compared.sql()).append(comparison.sql()).append(other);
        columns.add(compared.column());
        return true;
    }

    /** The same for all rows of the table. */
    private boolean addTableName(Comparison comparison, Object value) {
        boolean equal = value.equals(rows.table().name().toString());
        if (comparison == Comparison.EQUAL) {
            sql.append(equal);
        } else if (comparison == Comparison.NOT_EQUAL) {
            sql.append(!equal);
        } else {
            return false;
        }
        return true;
    }

    /** Null for metadata, and for a column that can't be compared. */
    private @Nullable ComparedColumn compared(FieldReferenceExpression field) {
        for (RowColumn column : rows.columns()) {
            if (column.name().equals(field.getName())) {
                return ComparedColumn.of(column);
            }
        }
        return null;
    }

    private static @Nullable Object value(ValueLiteralExpression literal) {
        Class<?> type = literal.getOutputDataType().getConversionClass();
        return literal.isNull()
                ? null
                : Objects.requireNonNull(literal.getValueAs(type).orElse(null), "of its own class");
    }
}
