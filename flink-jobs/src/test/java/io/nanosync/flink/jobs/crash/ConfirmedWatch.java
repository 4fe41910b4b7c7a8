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
 * Samples that the slot never moved past the newest completed checkpoint. The slot is asked first,
 * so the checkpoint that allowed its position is complete when the newest one is read.
 */
final class ConfirmedWatch {

    private final TestDatabase database;
    private final Pipeline pipeline;
    private final List<String> violations = new ArrayList<>();
    private @Nullable Lsn created;
    private int samples;

    ConfirmedWatch(TestDatabase database, Pipeline pipeline) {
        this.database = database;
        this.pipeline = pipeline;
    }

    void sample() {
        List<@Nullable String> found =
                database.queryList(
                        "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '"
                                + pipeline.slot()
                                + "' AND confirmed_flush_lsn IS NOT NULL");
        if (found.isEmpty() || found.get(0) == null) {
            created = null;
            return;
        }
        Lsn confirmed = Lsn.parse(found.get(0));
        if (created == null) {
            created = confirmed;
        }
        Optional<Lsn> checkpointed;
        try {
            checkpointed = CheckpointedPosition.newest(pipeline);
        } catch (IOException subsumedWhileRead) {
            return;
        }
        samples++;
        // Until the stream has begun the slot stays where it was created.
        if (confirmed.isAfter(checkpointed.orElse(created))) {
            violations.add(
                    "confirmed " + confirmed + ", newest checkpoint " + checkpointed + ", created " + created);
        }
    }

    int samples() {
        return samples;
    }

    List<String> violations() {
        return violations;
    }
}
