package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.split.StreamSplit;

/** How a pipeline begins, or goes on whose stream has begun. */
public sealed interface Beginning {

    /** With a snapshot. */
    record FromSnapshot(SnapshotPlan plan) implements Beginning {}

    /** With the stream. */
    record FromStream(StreamSplit stream) implements Beginning {}

    /** The stream goes on. */
    record GoesOn(RunningStream stream) implements Beginning {

        /** Whether tables are captured from here on whose rows aren't read. */
        public boolean beginsTables() {
            return stream.granted().stream()
                    .flatMap(next -> next.added().stream())
                    .anyMatch(table -> stream.oids().contains(table.oid()));
        }
    }
}
