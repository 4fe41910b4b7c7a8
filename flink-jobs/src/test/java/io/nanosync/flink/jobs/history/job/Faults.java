package io.nanosync.flink.jobs.history.job;

import io.nanosync.flink.pg.testing.DecliningSerializer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What can be made to go wrong in the operator behind the source, found by name from its subtasks,
 * which are in this process but come as bytes.
 */
public final class Faults {

    private static final Map<String, Faults> BY_NAME = new ConcurrentHashMap<>();

    private final AtomicBoolean declines = new AtomicBoolean();
    private final AtomicInteger batchesToFailure = new AtomicInteger();
    private volatile boolean held;

    private Faults() {}

    static Faults create(String name) {
        Faults faults = new Faults();
        BY_NAME.put(name, faults);
        DecliningSerializer.declineWhile(name, faults.declines);
        return faults;
    }

    static Faults named(String name) {
        Faults faults = BY_NAME.get(name);
        if (faults == null) {
            throw new IllegalStateException("No faults of the name " + name);
        }
        return faults;
    }

    /** Whether every checkpoint is declined, in its asynchronous part. */
    public void declineCheckpoints(boolean now) {
        declines.set(now);
    }

    /** Whether the operator takes no more rows. */
    public void hold(boolean now) {
        held = now;
    }

    /**
     * One subtask fails at a batch that comes.
     *
     * @param batches so many from now, over all subtasks
     */
    public void failAt(int batches) {
        batchesToFailure.set(batches);
    }

    boolean isHeld() {
        return held;
    }

    boolean fails() {
        return batchesToFailure.get() > 0 && batchesToFailure.decrementAndGet() == 0;
    }
}
