package io.nanosync.flink.pg.client;

import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Timeline;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table are read by key, and what of them. Prints no values.
 *
 * @param table the table as it was when the statement was planned: one that is another now, or
 *     whose columns are, isn't read
 * @param slot has streamed the changes
 * @param timeline from which they came: another server than one that has it isn't read; null where
 *     that isn't known
 * @param publication what its row filter leaves out counts as gone
 * @param key names of the key's columns, which are all that a unique index of the table has
 * @param columns what is read
 * @param keys for each row the texts of its key's columns, as PostgreSQL prints and reads them
 * @param transactions whose changes the rows must show: their ids (32 bits), and where each
 *     committed
 */
public record LookupRequest(
        TableSchema table,
        String slot,
        @Nullable Timeline timeline,
        String publication,
        List<String> key,
        List<Selected> columns,
        List<List<String>> keys,
        Map<Integer, Lsn> transactions) {

    /**
     * One column that is read.
     *
     * @param column its name
     * @param expression how it is selected: SQL over the table's columns
     */
    public record Selected(String column, String expression) {}

    @Override
    public String toString() {
        return keys.size() + " rows of " + table.name() + " by their keys";
    }
}
