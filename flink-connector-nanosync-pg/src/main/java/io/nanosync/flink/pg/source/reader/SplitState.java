package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.source.split.PgSplit;

/** What is left of a split behind all that was emitted. Owned by the task thread. */
final class SplitState {

    private PgSplit split;

    SplitState(PgSplit split) {
        this.split = split;
    }

    /** What is left behind what was just emitted. */
    void advance(PgSplit next) {
        split = next;
    }

    /** The split as of now. */
    PgSplit split() {
        return split;
    }
}
