package io.nanosync.flink.pg.wal;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which positions of the stream checkpoints hold, and so what may be confirmed to the slot: the
 * position that the reader was given, later that of the newest checkpoint that is known to be
 * complete. How far the stream was read since, over any number of connections, doesn't matter.
 *
 * <p>Written by the task thread, even in the middle of {@code pollNext}; {@link #confirmable} by
 * any thread.
 */
public final class CheckpointedPositions {

    /** Of checkpoints that aren't known to be complete. */
    private final TreeMap<Long, StreamPosition> pending = new TreeMap<>();

    private volatile @Nullable ConfirmableLsn confirmable;

    /**
     * The stream is to be read from here: from where it starts, or from where a checkpoint that the
     * job was restored from has left it. Forgets what checkpoints of a reader before held.
     */
    public void restored(StreamPosition position) {
        pending.clear();
        confirmable = new ConfirmableLsn(position.end());
    }

    /** A checkpoint is being taken that holds this position. */
    public void snapshot(long checkpointId, StreamPosition position) {
        pending.put(checkpointId, position);
    }

    /**
     * A checkpoint is complete, and with it all before that weren't aborted. One that this reader
     * took no part in (of an earlier attempt of the job) changes nothing.
     */
    public void completed(long checkpointId) {
        Map.Entry<Long, StreamPosition> newest = pending.floorEntry(checkpointId);
        if (newest == null) {
            return;
        }
        Lsn end = newest.getValue().end();
        pending.headMap(checkpointId, true).clear();
        if (end.isAfter(confirmable().lsn())) {
            confirmable = new ConfirmableLsn(end);
        }
    }

    /** A checkpoint won't become complete. */
    public void aborted(long checkpointId) {
        pending.remove(checkpointId);
    }

    /**
     * What may be confirmed.
     *
     * @throws IllegalStateException before {@link #restored}
     */
    public ConfirmableLsn confirmable() {
        ConfirmableLsn newest = confirmable;
        if (newest == null) {
            throw new IllegalStateException("The stream has no position yet");
        }
        return newest;
    }
}
