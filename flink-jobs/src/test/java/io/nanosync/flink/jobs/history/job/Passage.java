package io.nanosync.flink.jobs.history.job;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.ChangeRow;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.JobID;
import org.jspecify.annotations.Nullable;

/**
 * What of the source's transactions passed the {@link FaultPoint} between which checkpoints, as it
 * counts: what came behind a checkpoint that a subtask went back to is forgotten. Found by name
 * from the subtasks, which are in this process but come as bytes. Thread-safe.
 */
public final class Passage {

    private static final Map<String, Passage> BY_NAME = new ConcurrentHashMap<>();

    private static final int EXAMPLES = 5;

    private final List<Entry> entries = new ArrayList<>();
    private final Map<Integer, Attempt> attempts = new HashMap<>();
    private final List<String> torn = new ArrayList<>();
    private @Nullable JobID job;
    private long groups;
    private long largest;

    private sealed interface Entry {
        int subtask();
    }

    /** Each checkpoint's barrier at one subtask. */
    private record Barrier(int subtask, long checkpoint) implements Entry {}

    /**
     * Batches from one marked end of transactions to the next.
     *
     * @param rows how many of each transaction, by xid
     */
    private record Group(int subtask, Map<Long, Long> rows, Lsn first, Lsn last) implements Entry {}

    private Passage() {}

    static Passage create(String name) {
        Passage passage = new Passage();
        BY_NAME.put(name, passage);
        return passage;
    }

    static Passage named(String name) {
        Passage passage = BY_NAME.get(name);
        if (passage == null) {
            throw new IllegalStateException("No passage of the name " + name);
        }
        return passage;
    }

    /**
     * A subtask begins, or begins again.
     *
     * @param restored the checkpoint from which, if there is one
     */
    synchronized Attempt begin(JobID ofJob, int subtask, OptionalLong restored) {
        if (!ofJob.equals(job)) {
            // Whichever subtasks there were before.
            job = ofJob;
            attempts.clear();
            entries.stream()
                    .map(Entry::subtask)
                    .distinct()
                    .toList()
                    .forEach(former -> goBack(former, restored));
        }
        goBack(subtask, restored);
        Attempt attempt = new Attempt(subtask);
        attempts.put(subtask, attempt);
        return attempt;
    }

    private void goBack(int subtask, OptionalLong restored) {
        int keep = -1;
        for (int i = 0; i < entries.size() && restored.isPresent(); i++) {
            if (entries.get(i) instanceof Barrier barrier
                    && barrier.subtask() == subtask
                    && barrier.checkpoint() == restored.getAsLong()) {
                keep = i;
            }
        }
        int end = keep;
        for (int i = entries.size() - 1; i > end; i--) {
            if (entries.get(i).subtask() == subtask) {
                entries.remove(i);
            }
        }
    }

    /** One attempt of a subtask, for its thread. */
    final class Attempt {

        private final int subtask;
        private final Map<Long, Long> open = new TreeMap<>();
        private @Nullable Lsn first;
        private Lsn last = new Lsn(0);

        private Attempt(int subtask) {
            this.subtask = subtask;
        }

        /** A batch goes to the sink. */
        void passes(ChangeBatch batch) {
            if (batch.snapshot()) {
                return;
            }
            for (ChangeRow row : batch.rows()) {
                Long xid = row.xid();
                open.merge(xid == null ? -1L : xid, 1L, Long::sum);
            }
            first = first == null || first.isAfter(batch.first()) ? batch.first() : first;
            last = Lsn.max(last, batch.last());
            if (batch.transactionEnd()) {
                note(new Group(subtask, Map.copyOf(open), first, last));
                open.clear();
                first = null;
                last = new Lsn(0);
            }
        }

        /** A checkpoint is taken. */
        void barrier(long checkpoint) {
            if (!open.isEmpty()) {
                tears(checkpoint);
            }
            note(new Barrier(subtask, checkpoint));
        }

        private void tears(long checkpoint) {
            synchronized (Passage.this) {
                torn.add(
                        "checkpoint %d falls behind batches of %s whose last isn't marked as an end"
                                .formatted(checkpoint, xids(open.keySet())));
            }
        }

        private void note(Entry entry) {
            synchronized (Passage.this) {
                if (attempts.get(subtask) == this) {
                    entries.add(entry);
                    if (entry instanceof Group group) {
                        groups++;
                        group.rows().values().forEach(rows -> largest = Math.max(largest, rows));
                    }
                }
            }
        }
    }

    private static String xids(Iterable<Long> xids) {
        List<String> names = new ArrayList<>();
        xids.forEach(xid -> names.add("xid " + xid));
        return names.size() > EXAMPLES
                ? names.subList(0, EXAMPLES) + " and others"
                : names.toString();
    }

    /** How many marked ends there were, and of how many rows the largest transaction was. */
    public synchronized String counts() {
        return "%d marked ends of transactions, the largest of %d rows".formatted(groups, largest);
    }

    /** How many marked ends there were, those that were gone back behind too. */
    public synchronized long groups() {
        return groups;
    }

    /**
     * Where transactions didn't come whole, marked, or in the order of their commits.
     *
     * @param arrived how many changes of each transaction arrived in all, by xid
     */
    public synchronized List<String> violations(Map<Long, Long> arrived) {
        List<String> found = new ArrayList<>(torn);
        @Nullable Group previous = null;
        for (Entry entry : entries) {
            if (entry instanceof Group group) {
                group.rows()
                        .forEach(
                                (xid, rows) -> {
                                    Long whole = arrived.get(xid);
                                    if (whole != null && !whole.equals(rows)) {
                                        found.add(
                                                "xid %d: %d of its %d changes up to a marked end at %s"
                                                        .formatted(xid, rows, whole, group.last()));
                                    }
                                });
                if (previous != null && !group.first().isAfter(previous.last())) {
                    found.add(
                            "commits from %s to %s come behind the marked end at %s"
                                    .formatted(group.first(), group.last(), previous.last()));
                }
                previous = group;
            }
        }
        return found;
    }
}
