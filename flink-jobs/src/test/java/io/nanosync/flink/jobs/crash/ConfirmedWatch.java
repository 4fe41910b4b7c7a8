package io.nanosync.flink.jobs.crash;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.verify.SnapshotPlaces;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Samples that the slot never moves past the newest completed checkpoint. The slot is asked first,
 * so the checkpoint that allowed its position is complete when the newest one is read.
 *
 * <p>While no checkpoint holds a stream split the slot must stay where streaming began: where it
 * was made, or where a snapshot was taken that isn't the slot's own. Before that a lost snapshot
 * may have it made anew.
 */
public final class ConfirmedWatch {

    /** Looks for one position: checkpoints come and go, under load as fast as they are read. */
    private static final int LOOKS = 10;

    private final TestDatabase database;
    private final Pipeline pipeline;
    private final List<String> violations = new ArrayList<>();
    private @Nullable Lsn streamStart;
    private int samples;
    private int samplesWithoutStream;
    private int failedSamples;
    private final Set<String> withinTransactions = new TreeSet<>();
    private final Set<Lsn> startPoints = new HashSet<>();
    private final Map<Lsn, Integer> movedWithoutCheckpoint = new TreeMap<>();
    private Lsn latestSnapshot = new Lsn(-1);
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
        for (int look = 0; look < LOOKS; look++) {
            try {
                compare(Lsn.parse(confirmed), "t".equals(found.get(0).get(1)), newest());
                return;
            } catch (IOException subsumedWhileRead) {
                // Its successor allows as much and more.
            }
        }
        failedSamples++;
    }

    private Optional<Lsn> newest() throws IOException {
        Optional<StreamPosition> position = CheckpointedPosition.newest(pipeline);
        position.filter(found -> found.partial() != null)
                .ifPresent(found -> withinTransactions.add(found.toString()));
        return position.map(StreamPosition::end);
    }

    private void compare(Lsn confirmed, boolean streaming, Optional<Lsn> checkpointed) {
        if (confirmed.isAfter(newestConfirmed)) {
            confirmedBefore = newestConfirmed;
            newestConfirmed = confirmed;
        }
        if (checkpointed.isPresent()) {
            if (samples++ == 0) {
                latestSnapshot =
                        Lsn.parse(database.queryString("SELECT pg_current_wal_insert_lsn()"));
            }
            if (confirmed.isAfter(checkpointed.get())) {
                violations.add("confirmed " + confirmed + ", checkpointed " + checkpointed.get());
            }
            return;
        }
        samplesWithoutStream++;
        if (!streaming) {
            streamStart = null;
            startPoints.add(confirmed);
        } else if (streamStart == null) {
            streamStart = confirmed;
        } else if (confirmed.isAfter(streamStart)) {
            movedWithoutCheckpoint.merge(confirmed, 1, Integer::sum);
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

    /** How often there was a slot and no checkpoint of its stream. */
    public int samplesWithoutStream() {
        return samplesWithoutStream;
    }

    /** Positions of checkpoints that lie within a transaction. */
    public Set<String> withinTransactions() {
        return withinTransactions;
    }

    /** How often no checkpoint stayed until it was read. */
    public int failedSamples() {
        return failedSamples;
    }

    /**
     * What is known of the snapshots of a pipeline that makes its slots itself: where slots stood
     * from which no stream had been checkpointed, and where the WAL ended when the first was.
     */
    public SnapshotPlaces snapshots() {
        return new SnapshotPlaces(Set.copyOf(startPoints), latestSnapshot);
    }

    /**
     * The samples beyond what was checkpointed.
     *
     * @param snapshotPoints where snapshots were taken: streaming may have begun there
     */
    public List<String> violations(Set<Lsn> snapshotPoints) {
        List<String> all = new ArrayList<>(violations);
        movedWithoutCheckpoint.forEach(
                (position, times) -> {
                    if (!snapshotPoints.contains(position)) {
                        all.add(
                                times
                                        + " times confirmed "
                                        + position
                                        + " without a checkpoint, snapshots at "
                                        + snapshotPoints);
                    }
                });
        return all;
    }
}
