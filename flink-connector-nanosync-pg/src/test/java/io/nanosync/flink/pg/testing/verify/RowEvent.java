package io.nanosync.flink.pg.testing.verify;

import org.jspecify.annotations.Nullable;

/**
 * What happened to one row, in a form that both sides can be brought to.
 *
 * @param xid transaction id; -1 for rows of the snapshot
 * @param op {@code r, i, u, d, t} as in column {@code op}
 * @param before the identity's columns of the old row; null where PostgreSQL sends none
 * @param after the new row; null for delete and truncate
 */
record RowEvent(long xid, char op, @Nullable String before, @Nullable String after) {

    static final long SNAPSHOT = -1;

    static RowEvent read(String row) {
        return new RowEvent(SNAPSHOT, 'r', null, row);
    }

    @Override
    public String toString() {
        return (xid == SNAPSHOT ? "snapshot" : "xid " + xid)
                + " "
                + op
                + (before == null ? "" : " before {" + before + "}")
                + (after == null ? "" : " after {" + after + "}");
    }
}
