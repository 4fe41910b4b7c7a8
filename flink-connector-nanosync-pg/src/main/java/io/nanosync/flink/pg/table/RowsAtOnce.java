package io.nanosync.flink.pg.table;

/**
 * How many rows the next query is to look up: as many as are expected to fit into memory, by the
 * size of those before.
 */
final class RowsAtOnce {

    private static final int FIRST = 256;

    private final LookupPlan plan;
    private int count;

    RowsAtOnce(LookupPlan plan) {
        this.plan = plan;
        this.count = Math.min(FIRST, plan.mostRows());
    }

    int count() {
        return count;
    }

    /** So many rows were read, of so many bytes. */
    void were(int rows, long bytes) {
        long fitting = plan.mostBytes() / 2 * rows / Math.max(1, bytes);
        long most = rows < count ? count : Math.min(plan.mostRows(), count * 2L);
        count = (int) Math.max(1, Math.min(fitting, most));
    }
}
