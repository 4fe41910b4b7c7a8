package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** What of the transaction at hand came with the snapshot already, by its tables. */
final class ShownChanges {

    /** With their tables, of which there may be thousands. */
    private final IdentityHashMap<SnapshotBoundary, Set<Integer>> boundaries =
            new IdentityHashMap<>();

    /** Of those that show the transaction. */
    private final List<Set<Integer>> shown = new ArrayList<>();

    /** Those that a transaction was behind. */
    private final Set<SnapshotBoundary> left = Collections.newSetFromMap(new IdentityHashMap<>());

    /** No transaction has come on it yet. */
    private boolean connectionIsNew = true;

    /** Changes behind these boundaries; a resend begins with them anew. */
    ShownChanges(List<SnapshotBoundary> boundaries) {
        boundaries.forEach(
                boundary -> this.boundaries.put(boundary, new HashSet<>(boundary.tables())));
    }

    /** The connection is gone. */
    void reconnect() {
        connectionIsNew = true;
    }

    /**
     * Whether a transaction that begins is the first one behind a snapshot, on a connection that
     * has read what is in front of it. True once for each snapshot.
     */
    boolean arePassedBy(int xid, Lsn commit) {
        boolean passed = false;
        for (SnapshotBoundary boundary : boundaries.keySet()) {
            if (!boundary.shows(xid, commit)) {
                passed |= left.add(boundary) && !connectionIsNew;
            }
        }
        connectionIsNew = false;
        return passed;
    }

    /** A transaction begins. */
    void begin(int xid, Lsn commit) {
        shown.clear();
        boundaries.forEach(
                (boundary, tables) -> {
                    if (boundary.shows(xid, commit)) {
                        shown.add(tables);
                    }
                });
        // Transactions come in the order of their commits.
        boundaries.keySet().removeIf(boundary -> !boundary.end().isAfter(commit));
    }

    /** Whether the snapshot shows what the transaction did to this table. */
    boolean contain(int table) {
        for (Set<Integer> tables : shown) {
            if (tables.contains(table)) {
                return true;
            }
        }
        return false;
    }
}
