package io.nanosync.flink.pg.source.enumerator.snapshot;

import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows which splits are out with readers, and when one is finished for good: when a checkpoint has
 * completed whose state was taken after the reader's report. Before that the reader may still fall
 * back behind the report, to a checkpoint in which the split was unread.
 *
 * <p>Pure bookkeeping, not thread-safe: the coordinator thread owns it.
 */
public final class SplitTracker {

    private final Deque<PgSplit> waiting = new ArrayDeque<>();
    private final Map<String, Entry> out = new LinkedHashMap<>();

    /** What is known of a split that isn't finished for good. */
    private static final class Entry {
        /** Who holds it; null after a restore, until it reports. */
        @Nullable Integer subtask;

        boolean reported;

        /** The split behind which it begins; null when it began at once. */
        @Nullable String after;

        /** First checkpoint whose state was taken after the report. */
        @Nullable Long coveredBy;

        Entry(@Nullable Integer subtask) {
            this.subtask = subtask;
        }
    }

    /** As a checkpoint has it: splits to hand out again, and ids of splits that readers hold. */
    public static SplitTracker restored(List<PgSplit> waiting, List<String> held) {
        SplitTracker tracker = new SplitTracker();
        tracker.waiting.addAll(waiting);
        held.forEach(id -> tracker.out.put(id, new Entry(null)));
        return tracker;
    }

    /** Takes a split that is to be handed out again; null without one. */
    public @Nullable PgSplit poll() {
        return waiting.poll();
    }

    /** A split goes to a reader. */
    public void assigned(String splitId, int subtask) {
        out.put(splitId, new Entry(subtask));
    }

    /** A split goes to the reader of another one, to be begun when that one is read. */
    public void assignedBehind(String splitId, String predecessor, int subtask) {
        Entry entry = new Entry(subtask);
        entry.after = predecessor;
        out.put(splitId, entry);
    }

    /**
     * A reader says that it has emitted all of a split; false when the split is unknown, so
     * finished for good long since.
     */
    public boolean reported(String splitId, int subtask) {
        Entry entry = out.get(splitId);
        if (entry == null) {
            return false;
        }
        entry.subtask = subtask;
        entry.reported = true;
        return true;
    }

    /**
     * A reader failed and goes back to a checkpoint: what it reported and no checkpoint has
     * confirmed is unread again. The splits given weren't in that checkpoint; the others come back
     * with the reader's state.
     */
    public void returned(List<PgSplit> splits, int subtask) {
        for (Entry entry : out.values()) {
            if (entry.subtask != null && entry.subtask == subtask) {
                entry.reported = false;
                entry.coveredBy = null;
                // What a reader restores begins at once.
                entry.after = null;
            }
        }
        for (PgSplit split : splits) {
            out.remove(split.splitId());
            waiting.add(split instanceof SnapshotSplit snapshot ? snapshot.behind(null) : split);
        }
    }

    /** The state of this checkpoint is being taken. */
    public void checkpointTaken(long checkpointId) {
        for (Entry entry : out.values()) {
            if (entry.reported && entry.coveredBy == null) {
                entry.coveredBy = checkpointId;
            }
        }
    }

    /** A checkpoint completed: returns and forgets the splits that are finished for good. */
    public List<String> checkpointCompleted(long checkpointId) {
        List<String> confirmed = new ArrayList<>();
        out.entrySet()
                .removeIf(
                        entry -> {
                            Long coveredBy = entry.getValue().coveredBy;
                            boolean done = coveredBy != null && coveredBy <= checkpointId;
                            if (done) {
                                confirmed.add(entry.getKey());
                            }
                            return done;
                        });
        return confirmed;
    }

    /**
     * How many splits are with readers and not reported: those being read, and those that wait
     * behind one.
     */
    public int reading() {
        return (int) out.values().stream().filter(entry -> !entry.reported).count();
    }

    /** How many splits are being read. */
    public int begun() {
        return (int) out.values().stream().filter(this::isBegun).count();
    }

    /** Whether a split waits to be handed out, or behind another one. */
    public boolean hasUnbegun() {
        return !waiting.isEmpty() || begun() < reading();
    }

    private boolean isBegun(Entry entry) {
        if (entry.reported) {
            return false;
        }
        Entry predecessor = entry.after == null ? null : out.get(entry.after);
        return predecessor == null || predecessor.reported;
    }

    /**
     * A split that is being read, by a reader known, and that none waits behind; null when there is
     * none.
     */
    public @Nullable Holding withoutSuccessor() {
        Set<String> followed = new HashSet<>();
        out.values()
                .forEach(
                        entry -> {
                            if (entry.after != null && !entry.reported) {
                                followed.add(entry.after);
                            }
                        });
        for (Map.Entry<String, Entry> held : out.entrySet()) {
            Integer subtask = held.getValue().subtask;
            if (subtask != null && isBegun(held.getValue()) && !followed.contains(held.getKey())) {
                return new Holding(held.getKey(), subtask);
            }
        }
        return null;
    }

    /** A split and the reader that holds it. */
    public record Holding(String splitId, int subtask) {}

    /** How many splits a reader is reading, as far as known. */
    public int reading(int subtask) {
        return (int)
                out.values().stream()
                        .filter(
                                entry ->
                                        !entry.reported
                                                && entry.subtask != null
                                                && entry.subtask == subtask)
                        .count();
    }

    /** Ids of the splits that wait or are with readers, and weren't reported. */
    public List<String> unread() {
        List<String> unread = new ArrayList<>();
        waiting.forEach(split -> unread.add(split.splitId()));
        out.forEach(
                (id, entry) -> {
                    if (!entry.reported) {
                        unread.add(id);
                    }
                });
        return unread;
    }

    /** Whether nothing waits and every split was reported. */
    public boolean allReported() {
        return waiting.isEmpty() && reading() == 0;
    }

    /** Whether nothing waits and every split is finished for good. */
    public boolean allConfirmed() {
        return waiting.isEmpty() && out.isEmpty();
    }

    public List<PgSplit> waiting() {
        return List.copyOf(waiting);
    }

    public List<String> held() {
        return List.copyOf(out.keySet());
    }
}
