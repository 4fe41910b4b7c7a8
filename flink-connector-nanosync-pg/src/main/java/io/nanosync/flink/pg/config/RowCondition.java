package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.TableSchema;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * A condition for rows of a table's snapshot, in PostgreSQL's SQL. It has a result for each row,
 * and never an error.
 *
 * @param sql names columns of the table, without the table's name
 * @param columns those that it names, as they were when it was made
 */
@Internal
public record RowCondition(String sql, List<Column> columns) implements Serializable {

    public RowCondition {
        columns = List.copyOf(columns);
    }

    /** Whether the columns have the types still for which it was made. */
    boolean fits(TableSchema table) {
        return columns.stream()
                .allMatch(
                        column ->
                                table.columns().stream()
                                        .anyMatch(
                                                found ->
                                                        found.name().equals(column.name())
                                                                && found.type()
                                                                        .equals(column.type())));
    }
}
