package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.wal.WalPlace;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A lost snapshot of tables that were being added to a stream.
 *
 * @param extended the stream, as it was before
 */
record LostAddition(LostSnapshot lost, SnapshotPlan.Extended extended) {

    RunningStream stream() {
        return extended.stream();
    }

    /** Where the stream stands. */
    WalPlace place() {
        return extended.place();
    }

    /** Whether it was of just these tables. */
    boolean isOf(List<TableSchema> tables) {
        return oids(tables).equals(oids(lost.plan().schemas()));
    }

    /**
     * OIDs of the tables that the stream isn't to capture any more, or not as it did, and of those
     * that were to be added and aren't any more: they are in the publication by now.
     *
     * @param altered how the configured tables differ from those of the stream
     * @param added the tables that are added now
     */
    List<Integer> removed(AlteredTables altered, List<TableSchema> added) {
        Set<Integer> removed = oids(lost.plan().schemas());
        removed.addAll(extended.removed());
        stream().oids().forEach(removed::remove);
        removed.removeAll(oids(added));
        removed.addAll(altered.removedOids());
        return List.copyOf(removed);
    }

    private static Set<Integer> oids(List<TableSchema> tables) {
        return tables.stream()
                .map(TableSchema::oid)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Refuses a table whose rows would come beside those of another one under its name, or of
     * itself as it was.
     *
     * @param added the tables that are added now
     */
    void requireNotReplaced(List<TableSchema> added) throws PgException {
        Set<Integer> emitted = lost.emitted();
        for (TableSchema then : lost.plan().schemas()) {
            for (TableSchema now : added) {
                boolean replaced = now.name().equals(then.name()) && now.oid() != then.oid();
                boolean altered = now.oid() == then.oid() && !now.looksLike(then);
                boolean takenBack = extended.again().contains(now.name());
                if (emitted.contains(then.oid()) && (replaced || altered) && !takenBack) {
                    throw PgException.needsPerson(
                            "Table "
                                    + now.name()
                                    + (replaced ? " was made anew" : " was altered")
                                    + " while it was being added, and rows that it had before were"
                                    + " emitted. Leave it out for one start, take them away where"
                                    + " they went, then add it again");
                }
            }
        }
    }
}
