package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.UnrepresentablePolicy;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.contract.PlacesProof;
import java.io.Serializable;
import java.util.List;

/**
 * How values are read again that updates left alone; decided at planning, shipped with the job.
 *
 * @param table the table as it was then
 * @param key columns of the table's own key
 * @param places of the columns that are taken apart by places
 * @param nullsMisfits whether a value that its Arrow type can't hold becomes null; else it fails
 * @param mostRows rows read with one query at most
 * @param mostBytes what is held of them at about most
 */
record LookupPlan(
        ConnectionConfig connection,
        String slot,
        String publication,
        TableSchema table,
        List<String> key,
        PlacesProof places,
        boolean nullsMisfits,
        int mostRows,
        long mostBytes)
        implements Serializable {

    static LookupPlan of(SourceConfig source, TableSchema table, List<String> key) {
        return new LookupPlan(
                source.connection(),
                source.slot(),
                source.publication(),
                table,
                key,
                PlacesProof.of(source),
                source.unrepresentable() == UnrepresentablePolicy.NULL,
                source.chunkRows(),
                source.batchBytes());
    }

    LookupPlan proving(PlacesProof others) {
        return new LookupPlan(
                connection,
                slot,
                publication,
                table,
                key,
                others,
                nullsMisfits,
                mostRows,
                mostBytes);
    }

    /** A column of the table, which has it. */
    Column column(String name) {
        return table.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
