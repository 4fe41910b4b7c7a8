package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import java.util.Set;

/**
 * What comes after a phase, as a value: a phase says what, and {@link Transitions} alone knows
 * which phase does it.
 */
sealed interface Next {

    /**
     * A snapshot is read, from where this state is.
     *
     * @param afterCheckpoint whether a checkpoint has to complete before the first split is handed
     *     out
     */
    record ReadSnapshot(EnumeratorState.Snapshotting from, boolean afterCheckpoint)
            implements Next {}

    /** The snapshot is read: the stream begins, or goes on, behind one further checkpoint. */
    record HandOver(RunningStream stream) implements Next {}

    /** The stream begins, or goes on. */
    record Stream(RunningStream stream) implements Next {}

    /** The stream stands still; other tables are configured than it captures. */
    record Alter(RunningStream stream) implements Next {}

    /** The snapshot can't be read any more; what is read under it is stopped. */
    record Restart(LostSnapshot lost, String reason) implements Next {}

    /** No row of the lost snapshot can come any more: one is taken for what is left to read. */
    record TakeAnew(LostSnapshot lost) implements Next {}

    /** The pipeline can't go on. */
    record Fail(Exception error) implements Next {}

    /** What comes after a snapshot was lost: not every consumer has a way to take rows back. */
    static Next lost(SourceConfig config, LostSnapshot lost, String reason) {
        // One bounded snapshot shows all its tables as they were at one moment.
        boolean bounded = config.startup() instanceof StartupMode.Snapshot;
        Set<Integer> takenBack = bounded ? lost.emitted() : lost.begun();
        return takenBack.isEmpty() || config.restartsSnapshot()
                ? new Restart(lost, reason)
                : new Fail(PgException.needsPerson(rowsStay(config, lost.plan(), reason)));
    }

    private static String rowsStay(SourceConfig config, SnapshotPlan lost, String reason) {
        return lost.extended() == null
                ? FreshSnapshot.rowsStay(config, reason)
                : FreshSnapshot.rowsOfAddedStay(
                        config, lost.schemas().stream().map(TableSchema::name).toList(), reason);
    }

    /**
     * What comes after a snapshot was lost when some readers have ended, since all of it had been
     * read: they can't stop and confirm. A restart of the job brings them back.
     */
    static Next readersEnded(
            SourceConfig config, SnapshotPlan lost, Set<Integer> ended, String reason) {
        return new Fail(
                PgException.tryAgain(
                        "Snapshot "
                                + lost.epoch()
                                + " of pipeline "
                                + config.pipeline()
                                + " was lost ("
                                + reason
                                + ") and has to be taken anew, but readers "
                                + ended
                                + " have ended, since all of it had been read. The whole job has to"
                                + " restart; Flink does so where a restart strategy is set:"
                                + " restart-strategy.type: exponential-delay"));
    }
}
