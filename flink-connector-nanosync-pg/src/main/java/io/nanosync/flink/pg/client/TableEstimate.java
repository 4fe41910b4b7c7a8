package io.nanosync.flink.pg.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL's statistics say of tables: estimates, by a sample and of some time ago. Nothing
 * may be concluded from them that must be so.
 *
 * @param rows at least 1
 * @param columns by name, those of which the role may see statistics; none of several tables
 */
public record TableEstimate(long rows, Map<String, ColumnEstimate> columns) {

    public TableEstimate {
        columns = Map.copyOf(columns);
    }

    /**
     * A column.
     *
     * @param distinctValues null when unknown
     * @param nulls how many rows have none
     * @param averageBytes of a value, as it is stored
     */
    public record ColumnEstimate(@Nullable Long distinctValues, long nulls, double averageBytes) {}
}
