package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.split.StreamSplit;

/** How a pipeline without state begins. */
public sealed interface Beginning {

    /** With a snapshot. */
    record FromSnapshot(SnapshotPlan plan) implements Beginning {}

    /** With the stream. */
    record FromStream(StreamSplit stream) implements Beginning {}
}
