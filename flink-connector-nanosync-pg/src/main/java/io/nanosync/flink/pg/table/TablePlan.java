package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.source.contract.PlacesProof;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a scan makes of the changes of one captured table.
 *
 * @param reread how unchanged large values are read again; null when they aren't
 */
record TablePlan(RowPlan rows, @Nullable LookupPlan reread) implements Serializable {

    TablePlan proving(PlacesProof places) {
        return reread == null ? this : new TablePlan(rows, reread.proving(places));
    }

    TablePlan with(RowPlan others) {
        return new TablePlan(others, reread);
    }
}
