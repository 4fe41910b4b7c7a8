package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotCursor;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a checkpoint holds of the enumerator: one case a phase. Its size depends on the number of
 * tables and of splits in flight only.
 */
public sealed interface EnumeratorState {

    /** Nothing is decided yet. */
    record Starting() implements EnumeratorState {}

    /**
     * Reading the snapshot.
     *
     * @param cursor next split to generate
     * @param waiting splits to hand out again
     * @param held ids of splits that readers hold, or have finished and not confirmed
     * @param begunEarlier OIDs of tables of which rows may have been emitted under an earlier
     *     snapshot and not yet taken back
     */
    record Snapshotting(
            SnapshotPlan plan,
            SnapshotCursor.Position cursor,
            List<PgSplit> waiting,
            List<String> held,
            List<Integer> begunEarlier)
            implements EnumeratorState {

        /** A snapshot of which nothing is read. */
        static Snapshotting begin(
                SnapshotPlan plan, List<PgSplit> first, Set<Integer> begunEarlier) {
            return new Snapshotting(
                    plan,
                    SnapshotCursor.Position.START,
                    first,
                    List.of(),
                    List.copyOf(begunEarlier));
        }

        /** Whether every split is with a reader, or finished. */
        boolean isHandedOut() {
            return waiting.isEmpty() && !new SnapshotCursor(plan, cursor).hasNext();
        }

        /** What becomes of this when the snapshot is lost. */
        LostSnapshot lost() {
            Set<Integer> begun = new LinkedHashSet<>(begunEarlier);
            plan.tables().stream()
                    .limit(cursor.tablesBegun())
                    .forEach(table -> begun.add(table.schema().oid()));
            Set<Integer> finished = new LinkedHashSet<>();
            for (int i = 0; i < plan.tables().size(); i++) {
                SnapshotPlan.TablePlan table = plan.tables().get(i);
                int oid = table.schema().oid();
                // What isn't taken back yet isn't read either.
                if (cursor.isBehind(i, table)
                        && !begunEarlier.contains(oid)
                        && !hasSplitOf(table)) {
                    finished.add(oid);
                }
            }
            begun.removeAll(finished);
            return new LostSnapshot(plan, finished, begun);
        }

        /** Whether a split of the table is to be handed out again, or isn't finished for good. */
        private boolean hasSplitOf(SnapshotPlan.TablePlan table) {
            return Stream.concat(waiting.stream().map(PgSplit::splitId), held.stream())
                    .anyMatch(
                            id ->
                                    table.files().stream()
                                            .anyMatch(
                                                    file ->
                                                            SnapshotSplit.isOf(
                                                                    id,
                                                                    plan.epoch(),
                                                                    file.file())));
        }
    }

    /** The snapshot was lost and isn't taken anew yet. */
    record Restarting(LostSnapshot lost) implements EnumeratorState {}

    /**
     * The snapshot is read; the stream begins, or goes on, when one further checkpoint has
     * completed.
     */
    record HandingOver(RunningStream stream) implements EnumeratorState {}

    /** A reader streams. */
    record Streaming(RunningStream stream) implements EnumeratorState {}
}
