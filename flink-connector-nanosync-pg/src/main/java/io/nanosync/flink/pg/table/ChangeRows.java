package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.columnar.Op;
import io.nanosync.flink.pg.columnar.RowImage;
import io.nanosync.flink.pg.table.BatchColumns.BatchColumn;
import io.nanosync.flink.pg.table.BatchColumns.KeyColumn;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Makes the rows of one change, for batches of one schema. */
final class ChangeRows {

    private static final int TABLE_NAME = -1;

    private final RowPlan plan;
    private final BatchColumn[] columns;
    private final KeyColumn[] key;
    private final Metadata[] metadata;

    /** The column at each place in front of the metadata; {@link #TABLE_NAME} at that. */
    private final int[] columnAt;

    private final @Nullable StringData tableName;
    private final BinaryRows rows;
    private final RowCounters counters;
    private final RowFailures failures;

    /**
     * @param rows into which they are written
     */
    ChangeRows(RowPlan plan, BatchColumns columns, BinaryRows rows, RowCounters counters) {
        this.plan = plan;
        this.columns = columns.columns().toArray(BatchColumn[]::new);
        this.key = columns.key().toArray(KeyColumn[]::new);
        this.metadata = plan.metadata().toArray(Metadata[]::new);
        this.columnAt = new int[plan.metadataPlace()];
        Arrays.fill(columnAt, TABLE_NAME);
        for (int i = 0; i < this.columns.length; i++) {
            columnAt[plan.place(i)] = i;
        }
        this.rows = rows;
        this.tableName =
                plan.tablePlace() == null
                        ? null
                        : StringData.fromString(plan.table().name().toString());
        this.counters = counters;
        this.failures = new RowFailures(plan);
    }

    /**
     * Emits one change as zero, one or two rows.
     *
     * @param again what was read again for it
     */
    void emit(ChangeRow change, Reread again, Collector<RowData> out) {
        switch (change.op()) {
            case READ, INSERT -> insert(change, again, out);
            case UPDATE -> update(change, again, out);
            case DELETE -> out.collect(deleted(change));
            case TRUNCATE -> truncate(change);
        }
    }

    /**
     * An update that brings a row into the publication's row filter comes as an insert, without the
     * large values that it left alone.
     */
    private void insert(ChangeRow change, Reread again, Collector<RowData> out) {
        if (!isLeftOut(again)) {
            out.collect(newRow(RowKind.INSERT, change.op(), change, again));
        }
    }

    /** Whether a row is gone by now, so that its values can't be known, and isn't upserted. */
    private boolean isLeftOut(Reread again) {
        boolean gone = again instanceof Reread.Gone;
        if (gone) {
            counters.gone().inc();
        }
        return gone && plan.style() == ChangelogStyle.UPSERT;
    }

    /**
     * An update of the declared key is a delete and an insert: consumers that tell rows apart by
     * the key never see an UPDATE_BEFORE, since Flink drops it in front of them.
     *
     * <p>An update of a row that is gone by now isn't upserted, since its values can't be known:
     * that the row goes, or leaves its key, comes later.
     */
    private void update(ChangeRow change, Reread again, Collector<RowData> out) {
        boolean leftOut = isLeftOut(again);
        boolean moves = movesKey(change);
        if (moves) {
            out.collect(deleted(change));
        }
        if (leftOut) {
            return;
        }
        if (moves) {
            out.collect(newRow(RowKind.INSERT, Op.INSERT, change, again));
            return;
        }
        switch (plan.style()) {
            case ALL -> {
                out.collect(oldRow(RowKind.UPDATE_BEFORE, Op.UPDATE, change));
                out.collect(newRow(RowKind.UPDATE_AFTER, Op.UPDATE, change, again));
            }
            case UPSERT -> out.collect(newRow(RowKind.UPDATE_AFTER, Op.UPDATE, change, again));
            case APPEND -> out.collect(newRow(RowKind.INSERT, Op.UPDATE, change, again));
            case SNAPSHOT -> throw failures.unexpected(change);
        }
    }

    private RowData deleted(ChangeRow change) {
        return switch (plan.style()) {
            case ALL, UPSERT -> oldRow(RowKind.DELETE, Op.DELETE, change);
            case APPEND -> oldRow(RowKind.INSERT, Op.DELETE, change);
            case SNAPSHOT -> throw failures.unexpected(change);
        };
    }

    private void truncate(ChangeRow change) {
        if (plan.truncate() == TruncatePolicy.FAIL || change.ordinal() < 0) {
            throw failures.truncated(change);
        }
        counters.ignoredTruncates().inc();
    }

    /**
     * Whether an update gave the row another key. Values are compared as they were sent, not by
     * PostgreSQL's equality: 1.0 and 1.00, 0 and -0, or two spellings of a citext are one key there
     * and may be two for whoever takes the rows, where an update alone would leave the old one.
     */
    private boolean movesKey(ChangeRow change) {
        RowImage before = change.before();
        if (before == null) {
            return false;
        }
        RowImage after = after(change);
        for (KeyColumn column : key) {
            if (column.before() == BatchColumns.ABSENT) {
                throw failures.keyNotLogged(change, column.name());
            }
            if (change.unchanged().contains(column.after())) {
                continue;
            }
            if (!Objects.deepEquals(before.value(column.before()), after.value(column.after()))) {
                return true;
            }
        }
        return false;
    }

    private RowData newRow(RowKind kind, Op op, ChangeRow change, Reread again) {
        RowImage after = after(change);
        List<Integer> unchanged = change.unchanged();
        rows.begin(kind);
        for (int place = 0; place < columnAt.length; place++) {
            int index = columnAt[place];
            if (index == TABLE_NAME) {
                rows.set(place, tableName);
            } else if (!unchanged.isEmpty() && unchanged.contains(columns[index].after())) {
                writeUnchanged(place, index, change, again);
            } else {
                write(place, columns[index], after, columns[index].after(), change);
            }
        }
        return ended(op, change);
    }

    /**
     * The old row, as far as the replica identity has it: all of it under ALL, and under UPSERT the
     * key's columns only, as ChangelogMode.upsert() promises no more.
     */
    private RowData oldRow(RowKind kind, Op op, ChangeRow change) {
        RowImage before = before(change);
        rows.begin(kind);
        for (int place = 0; place < columnAt.length; place++) {
            int index = columnAt[place];
            if (index == TABLE_NAME) {
                rows.set(place, tableName);
            } else {
                writeOld(place, columns[index], before, change);
            }
        }
        return ended(op, change);
    }

    private void writeOld(int place, BatchColumn column, RowImage before, ChangeRow change) {
        if (plan.style() == ChangelogStyle.UPSERT && !column.inKey()) {
            rows.set(place, column.placeholder());
        } else if (column.before() != BatchColumns.ABSENT) {
            write(place, column, before, column.before(), change);
        } else {
            switch (plan.style()) {
                case ALL -> throw failures.oldRowNotWhole(change, column.column());
                case UPSERT -> throw failures.keyNotLogged(change, column.column().name());
                default -> rows.set(place, null);
            }
        }
    }

    private RowData ended(Op op, ChangeRow change) {
        for (int i = 0; i < metadata.length; i++) {
            rows.set(columnAt.length + i, metadata[i].of(change, op, plan.table()));
        }
        return rows.end();
    }

    private void write(int place, BatchColumn column, RowImage image, int index, ChangeRow change) {
        if (image.isNull(index)) {
            if (column.notNull()) {
                throw failures.nullInNotNull(change, column.column());
            }
            rows.set(place, null);
            return;
        }
        boolean fits;
        try {
            fits = column.writer().write(image, index, rows, place);
        } catch (MalformedMessageException e) {
            throw failures.malformed(change, column.column(), e);
        }
        if (!fits) {
            if (!plan.nullsMisfits() || column.notNull()) {
                throw failures.misfit(change, column.column());
            }
            counters.misfits().inc();
            rows.set(place, null);
        }
    }

    /** A value that PostgreSQL sent neither with the new row nor with the old one. */
    private void writeUnchanged(int place, int index, ChangeRow change, Reread again) {
        BatchColumn column = columns[index];
        if (again instanceof Reread.Row found) {
            counters.readAgain().inc();
            write(place, column, found.row(), found.places()[index], change);
            return;
        }
        boolean gone = again instanceof Reread.Gone && !column.notNull();
        if (!gone) {
            if (plan.toast() != ToastPolicy.NULL || column.notNull()) {
                throw failures.unchangedToast(change, column.column());
            }
            counters.unchangedNulls().inc();
        }
        rows.set(place, null);
    }

    private RowImage after(ChangeRow change) {
        RowImage after = change.after();
        if (after == null) {
            throw failures.unexpected(change);
        }
        return after;
    }

    private RowImage before(ChangeRow change) {
        RowImage before = change.before();
        if (before == null) {
            throw failures.noOldRow(change);
        }
        return before;
    }
}
