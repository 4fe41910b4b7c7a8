package io.nanosync.flink.pg.table;

import org.apache.flink.table.functions.BuiltInFunctionDefinitions;
import org.apache.flink.table.functions.FunctionDefinition;
import org.jspecify.annotations.Nullable;

/** How two values are compared. */
enum Comparison {
    EQUAL("="),
    NOT_EQUAL("<>"),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String sql;

    Comparison(String sql) {
        this.sql = sql;
    }

    /** Null when the function is another one. */
    static @Nullable Comparison of(FunctionDefinition function) {
        if (function == BuiltInFunctionDefinitions.EQUALS) {
            return EQUAL;
        }
        if (function == BuiltInFunctionDefinitions.NOT_EQUALS) {
            return NOT_EQUAL;
        }
        if (function == BuiltInFunctionDefinitions.LESS_THAN) {
            return LESS;
        }
        if (function == BuiltInFunctionDefinitions.LESS_THAN_OR_EQUAL) {
            return LESS_OR_EQUAL;
        }
        if (function == BuiltInFunctionDefinitions.GREATER_THAN) {
            return GREATER;
        }
        return function == BuiltInFunctionDefinitions.GREATER_THAN_OR_EQUAL
                ? GREATER_OR_EQUAL
                : null;
    }

    /** The same with its operands exchanged. */
    Comparison mirrored() {
        return switch (this) {
            case EQUAL, NOT_EQUAL -> this;
            case LESS -> GREATER;
            case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
            case GREATER -> LESS;
            case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
        };
    }

    boolean isOfOrder() {
        return this != EQUAL && this != NOT_EQUAL;
    }

    /** PostgreSQL's own operator, whatever is in the search path. */
    String sql() {
        return " OPERATOR(pg_catalog." + sql + ") ";
    }
}
