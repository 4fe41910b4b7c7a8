package io.nanosync.flink.pg.table.random;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/** What the subtasks of one sink hold together. */
final class Folded {

    private static final Map<String, Folded> BY_NAME = new ConcurrentHashMap<>();

    private final Map<Integer, Fold> ofSubtasks = new HashMap<>();
    private @Nullable String taken;
    private boolean failing;
    private long changes;

    static Folded named(String name) {
        return BY_NAME.computeIfAbsent(name, created -> new Folded());
    }

    static void forget(String name) {
        BY_NAME.remove(name);
    }

    synchronized void begin(int subtask, Fold fold) {
        ofSubtasks.put(subtask, fold);
    }

    /** The one fold that all subtasks write into. */
    synchronized Fold together(Fold first) {
        return ofSubtasks.computeIfAbsent(0, subtask -> first);
    }

    synchronized void apply(Fold fold, RowKind kind, List<String> row) {
        changes++;
        if (fold.apply(kind, row) && taken == null) {
            taken = kind.shortString() + row;
        }
        if (failing) {
            failing = false;
            throw new IllegalStateException("Fault of the test");
        }
    }

    /** The job fails at the next change. */
    synchronized void failOnce() {
        failing = true;
    }

    synchronized long changes() {
        return changes;
    }

    /** How often each row is there. */
    synchronized Map<List<String>, Long> rows() {
        Map<List<String>, Long> rows = new HashMap<>();
        ofSubtasks.values().forEach(fold -> fold.addTo(rows));
        return rows;
    }

    /** The first row that was taken back and wasn't there; null without one. */
    synchronized @Nullable String takenBack() {
        return taken;
    }
}
