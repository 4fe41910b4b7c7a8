package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.columnar.RowImage;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.table.BatchColumns.BatchColumn;
import io.nanosync.flink.pg.table.BatchColumns.KeyColumn;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads again what updates of one batch left alone: of as many of its rows at a time as one query
 * is to read, each key once. Asked for the rows in their order.
 */
final class RereadBatch {

    private final LookupPlan plan;
    private final KeyLookup lookup;
    private final RowsAtOnce rowsAtOnce;
    private final ChangeBatch batch;
    private final BatchColumns columns;
    private final List<ColumnKind> keyKinds;

    /** Of the rows that are asked for now: for each the index of its key. */
    private Map<Integer, Integer> keys = Map.of();

    private @Nullable LookedUpRows found;

    /** Where the plan's columns stand in rows that were found. */
    private int[] places = {};

    RereadBatch(
            LookupPlan plan,
            KeyLookup lookup,
            RowsAtOnce rowsAtOnce,
            ChangeBatch batch,
            BatchColumns columns) {
        this.plan = plan;
        this.lookup = lookup;
        this.rowsAtOnce = rowsAtOnce;
        this.batch = batch;
        this.columns = columns;
        this.keyKinds =
                columns.key().stream()
                        .map(column -> ColumnKind.of(plan.column(column.name())))
                        .toList();
    }

    /**
     * What is known of a change.
     *
     * @param at which row of the batch it is
     */
    Reread of(int at, ChangeRow change) throws InterruptedException {
        if (!leavesAlone(change)) {
            return Reread.NOTHING;
        }
        LookedUpRows rows = found;
        Integer key = keys.get(at);
        if (rows == null || key == null || !rows.read().get(key)) {
            rows = load(at);
            key = Objects.requireNonNull(keys.get(at));
        }
        RowImage row = rows.rows().get(key);
        return row == null ? Reread.GONE : new Reread.Row(row, places);
    }

    /** Whether the change lacks a value that is read. */
    private boolean leavesAlone(ChangeRow change) {
        List<Integer> unchanged = change.unchanged();
        if (unchanged.isEmpty()) {
            return false;
        }
        for (BatchColumn column : columns.columns()) {
            if (unchanged.contains(column.after())) {
                return hasKey(change);
            }
        }
        return false;
    }

    /** The new row's key, which PostgreSQL sends but for large values before 13.6 and 14.2. */
    private boolean hasKey(ChangeRow change) {
        RowImage after = Objects.requireNonNull(change.after(), "an update has a new row");
        for (KeyColumn column : columns.key()) {
            if (column.after() == BatchColumns.ABSENT || after.isNull(column.after())) {
                return false;
            }
        }
        return true;
    }

    private LookedUpRows load(int from) throws InterruptedException {
        Map<Integer, Integer> rows = new HashMap<>();
        Map<List<String>, Integer> distinct = new LinkedHashMap<>();
        Map<Integer, Lsn> transactions = new HashMap<>();
        BitSet missing = new BitSet();
        int at = 0;
        for (ChangeRow change : batch.rows()) {
            if (at >= from && leavesAlone(change)) {
                List<String> key = key(change);
                if (!distinct.containsKey(key) && distinct.size() == rowsAtOnce.count()) {
                    break;
                }
                rows.put(at, distinct.computeIfAbsent(key, added -> distinct.size()));
                transactions.put(
                        Objects.requireNonNull(change.xid(), "a change has one").intValue(),
                        change.commitLsn());
                change.unchanged().forEach(missing::set);
            }
            at++;
        }
        List<Column> read = new ArrayList<>();
        places = new int[columns.columns().size()];
        for (int i = 0; i < places.length; i++) {
            BatchColumn column = columns.columns().get(i);
            places[i] = missing.get(column.after()) ? read.size() : BatchColumns.ABSENT;
            if (missing.get(column.after())) {
                read.add(plan.column(column.column().name()));
            }
        }
        LookedUpRows loaded =
                lookup.read(
                        plan, batch.timeline(), read, List.copyOf(distinct.keySet()), transactions);
        rowsAtOnce.were(loaded.read().cardinality(), loaded.bytes());
        keys = rows;
        found = loaded;
        return loaded;
    }

    private List<String> key(ChangeRow change) {
        RowImage after = Objects.requireNonNull(change.after(), "an update has a new row");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < keyKinds.size(); i++) {
            texts.add(KeyText.of(keyKinds.get(i), after, columns.key().get(i).after()));
        }
        return texts;
    }
}
