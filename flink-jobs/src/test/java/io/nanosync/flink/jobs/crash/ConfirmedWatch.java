package io.nanosync.flink.jobs.crash;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Samples that the slot never moves past the newest completed checkpoint. The slot is asked first,
 * so the checkpoint that allowed its position is complete when the newest one is read.
 *
 * <p>While no checkpoint holds a stream split the slot must stay where streaming began. Before that
 * a lost snapshot may have it made anew.
 */
public final class ConfirmedWatch {

    private final TestDatabase database;
    private final Pipeline pipeline;
    private final List<String> violations = new ArrayList<>();
    private @Nullable Lsn streamStart;
    private int samples;
    private Lsn newestConfirmed = new Lsn(0);
    private Lsn confirmedBefore = new Lsn(0);

    public ConfirmedWatch(TestDatabase database, Pipeline pipeline) {
        this.database = database;
        this.pipeline = pipeline;
    }

    public void sample() {
        List<List<@Nullable String>> found =
                database.queryRows(
                        "SELECT confirmed_flush_lsn, active FROM pg_replication_slots WHERE"
                                + " slot_name = '"
                                + pipeline.slot()
                                + "'");
        String confirmed = found.isEmpty() ? null : found.get(0).get(0);
        if (confirmed == null) {
            return;
        }
        try {
            compare(
                    Lsn.parse(confirmed),
                    "t".equals(found.get(0).get(1)),
                    CheckpointedPosition.newest(pipeline));
        } catch (IOException subsumedWhileRead) {
            // The next sample reads its successor.
            return;
        }
    }

    private void compare(Lsn confirmed, boolean streaming, Optional<Lsn> checkpointed) {
        if (confirmed.isAfter(newestConfirmed)) {
            confirmedBefore = newestConfirmed;
            newestConfirmed = confirmed;
        }
        if (checkpointed.isPresent()) {
            samples++;
            if (confirmed.isAfter(checkpointed.get())) {
                violations.add("confirmed " + confirmed + ", checkpointed " + checkpointed.get());
            }
        } else if (!streaming) {
            streamStart = null;
        } else if (streamStart == null) {
            streamStart = confirmed;
        } else if (confirmed.isAfter(streamStart)) {
            violations.add(
                    "confirmed " + confirmed + " without a checkpoint, began at " + streamStart);
        }
    }

    /** The position that was confirmed before the newest one; 0 without. */
    public Lsn confirmedBefore() {
        return confirmedBefore;
    }

    /** How often a position was compared with a checkpoint. */
    public int samples() {
        return samples;
    }

    public List<String> violations() {
        return violations;
    }
}
