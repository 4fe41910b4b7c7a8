package io.nanosync.flink.pg.source.event;

import io.nanosync.flink.pg.relation.drift.DriftReport;
import io.nanosync.flink.pg.source.split.StreamExtension;
import io.nanosync.flink.pg.source.split.StreamSplit;
import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;

/** What enumerator and readers tell each other beside assigning splits. */
public sealed interface PgSourceEvent extends SourceEvent {

    /**
     * Reader to enumerator: all rows of these splits were emitted. Sent again after a restore:
     * receiving it twice changes nothing.
     */
    record SplitsFinished(List<String> splitIds) implements PgSourceEvent {}

    /**
     * Enumerator to readers: a completed checkpoint covers the end of these splits; readers may
     * forget them.
     */
    record SplitsAcknowledged(List<String> splitIds) implements PgSourceEvent {}

    /**
     * Reader to enumerator: the snapshot of this epoch can't be read any more. The reader holds the
     * split and waits.
     */
    record SnapshotLost(int epoch, String reason) implements PgSourceEvent {}

    /**
     * Enumerator to readers: whoever holds splits of a snapshot from a checkpoint reads them now,
     * since the enumerator holds the pipeline. Receiving it twice changes nothing.
     */
    record SnapshotGranted() implements PgSourceEvent {}

    /** Enumerator to readers: drop all splits of snapshots up to this epoch, then confirm. */
    record StopSnapshot(int epoch) implements PgSourceEvent {}

    /**
     * Reader to enumerator: no split of snapshots up to this epoch is left, and no row of one will
     * be emitted.
     */
    record SnapshotStopped(int epoch) implements PgSourceEvent {}

    /**
     * Reader to enumerator, once: it holds a stream from a checkpoint, and waits for {@link
     * StreamGranted}.
     *
     * @param stream where it stands, and what it captures by which contract
     */
    record StreamHeld(StreamSplit stream) implements PgSourceEvent {

        private Object writeReplace() {
            return new PackedStream(stream);
        }
    }

    /**
     * Reader to enumerator: the stream runs. What follows its position is in the slot: this is no
     * old state that was restored by mistake.
     */
    record StreamRuns() implements PgSourceEvent {}

    /**
     * Reader to enumerator: the stream stands in front of a change under another schema. Sent again
     * when it comes there again.
     *
     * @param report what it waits for
     */
    record StreamPaused(DriftReport report) implements PgSourceEvent {}

    /** Enumerator to reader: the drift of this id was accepted. Twice changes nothing. */
    record DriftApproved(String drift) implements PgSourceEvent {}

    /**
     * Reader to enumerator: the stream goes on behind these drifts, and checkpoints from now on
     * have their schemas.
     */
    record StreamResumed(List<String> drifts) implements PgSourceEvent {}

    /**
     * Enumerator to readers: the stream begins or goes on, and no row of a snapshot is on its way.
     * Whoever holds a stream from a checkpoint goes on with it, with these extensions, as far as it
     * doesn't have them yet. Receiving it twice changes nothing.
     *
     * @param extensions oldest first
     */
    record StreamGranted(List<StreamExtension> extensions) implements PgSourceEvent {

        private Object writeReplace() {
            return new PackedGrant(extensions);
        }
    }
}
