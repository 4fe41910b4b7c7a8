package io.nanosync.flink.pg.source.split;

import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Reached;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.StreamPosition.PartialTransaction;
import io.nanosync.flink.pg.wal.Timeline;
import io.nanosync.flink.pg.wal.WalPlace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The change stream; there is one of it.
 *
 * @param timeline the timeline on which the position was taken
 * @param position how far it was emitted
 * @param tables the schemas that were accepted
 * @param contract what the catalog said of them and of the publication when the stream's start was
 *     fixed, and what was taken over since; null in state that was written before there was one
 * @param boundaries the snapshots under which tables were read while the slot was there already, as
 *     long as the stream hasn't passed them
 * @param extension number of the newest {@link StreamExtension} that it has; 0 for none
 */
public record StreamSplit(
        Timeline timeline,
        StreamPosition position,
        List<TableSchema> tables,
        @Nullable CaptureContract contract,
        List<SnapshotBoundary> boundaries,
        int extension)
        implements PgSplit {

    /** The id of the only stream split. */
    public static final String ID = "stream";

    @Override
    public String splitId() {
        return ID;
    }

    /**
     * Where in the WAL it is: the slot has to hold everything behind it. What was read reaches up
     * to the commit of a transaction that was emitted in part, and to where snapshots were taken.
     */
    public WalPlace place() {
        PartialTransaction partial = position.partial();
        List<Reached> reached = new ArrayList<>();
        reached.add(
                new Reached(
                        timeline,
                        partial == null
                                ? position.end()
                                : Lsn.max(position.end(), partial.commitLsn().next())));
        for (SnapshotBoundary boundary : boundaries) {
            Timeline taken = boundary.timeline();
            reached.add(new Reached(taken == null ? timeline : taken, boundary.end()));
        }
        return new WalPlace(timeline, position.end(), List.copyOf(reached));
    }

    /** This split on a later timeline, that holds all which was read of it. */
    public StreamSplit on(Timeline newTimeline) {
        return new StreamSplit(newTimeline, position, tables, contract, boundaries, extension);
    }

    /** This split with the reader's progress. */
    public StreamSplit at(StreamPosition newPosition, @Nullable CaptureContract newContract) {
        return new StreamSplit(
                timeline,
                newPosition,
                tables,
                newContract,
                boundaries.stream().filter(boundary -> !boundary.isPassedBy(newPosition)).toList(),
                extension);
    }

    /** This split with another schema of one of its tables. */
    public StreamSplit accepting(TableSchema schema) {
        return new StreamSplit(
                timeline,
                position,
                tables.stream().map(t -> t.oid() == schema.oid() ? schema : t).toList(),
                contract,
                boundaries,
                extension);
    }

    /** This split with those of these extensions, oldest first, that it doesn't have yet. */
    public StreamSplit extended(List<StreamExtension> extensions) {
        StreamSplit stream = this;
        for (StreamExtension next : extensions) {
            stream = next.applyTo(stream);
        }
        return stream;
    }

    @Override
    public String toString() {
        return ID
                + " (from LSN "
                + position.end()
                + (position.partial() == null ? ")" : ", in mid-transaction)");
    }
}
