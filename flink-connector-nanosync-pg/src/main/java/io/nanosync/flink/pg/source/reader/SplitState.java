package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.RestartSplit;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import io.nanosync.flink.pg.source.split.StreamSplit;

/** A split and how far it was emitted. Owned by the task thread. */
final class SplitState {

    private PgSplit split;

    SplitState(PgSplit split) {
        this.split = split;
    }

    /** Takes over the progress of what was just emitted. */
    void advance(Fetched.Progress progress) {
        if (progress instanceof Fetched.Progress.UpTo upTo) {
            split = ((SnapshotSplit) split).at(upTo.last(), false);
        } else if (progress instanceof Fetched.Progress.At at) {
            split = ((StreamSplit) split).at(at.position());
        }
    }

    /** The split as of now. */
    PgSplit split() {
        return split;
    }

    /** The split, to be kept until the enumerator knows for good that it is finished. */
    PgSplit finished() {
        return split instanceof SnapshotSplit snapshot
                ? snapshot.at(snapshot.last(), true)
                : ((RestartSplit) split).done();
    }
}
