package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.PgException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline sessions of this JobManager process. Flink builds the enumerator anew on every
 * global failover and on every rescale by the adaptive scheduler; the snapshot must survive that,
 * so a session that keeps one outlives its enumerator by some minutes and is taken over by the
 * next. Thread-safe.
 */
public final class SessionRegistry {

    /**
     * Longer than the pauses of usual restart strategies; short enough that a cancelled job doesn't
     * hold back VACUUM for long.
     */
    private static final Duration LINGER = Duration.ofMinutes(3);

    /** How long a new enumerator waits for the old one to let go. */
    private static final Duration TAKE_OVER_WAIT = Duration.ofSeconds(60);

    private static final SessionRegistry PROCESS = new SessionRegistry(LINGER);

    private final Duration linger;
    private final Duration takeOverWait;
    private final MadeSlots madeSlots = new MadeSlots();
    private final Map<String, Entry> entries = new HashMap<>();
    private final ScheduledThreadPoolExecutor reaper;

    private static final class Entry {
        final PipelineSession session;
        boolean leased = true;
        @Nullable ScheduledFuture<?> closing;

        Entry(PipelineSession session) {
            this.session = session;
        }
    }

    /**
     * A registry.
     *
     * @param linger how long a session that keeps a snapshot outlives its enumerator
     */
    public SessionRegistry(Duration linger) {
        this(linger, TAKE_OVER_WAIT);
    }

    SessionRegistry(Duration linger, Duration takeOverWait) {
        this.takeOverWait = takeOverWait;
        this.linger = linger;
        this.reaper =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread thread = new Thread(task, "nanosync-session-reaper");
                            thread.setDaemon(true);
                            return thread;
                        });
        // No thread stays when nothing lingers: it would keep the job's class loader alive.
        reaper.setKeepAliveTime(1, TimeUnit.SECONDS);
        reaper.allowCoreThreadTimeOut(true);
        reaper.setRemoveOnCancelPolicy(true);
    }

    /** The registry of this process. */
    public static SessionRegistry process() {
        return PROCESS;
    }

    /**
     * Takes over the session of this key, or makes one. Waits a while for its present holder.
     *
     * @throws PgException when another enumerator holds it: the same pipeline runs twice in this
     *     process
     */
    synchronized PipelineSession acquire(String key, Supplier<PipelineSession> maker)
            throws PgException {
        long deadline = System.nanoTime() + takeOverWait.toNanos();
        Entry entry = entries.get(key);
        while (entry != null && entry.leased) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMillis <= 0) {
                throw PgException.waitFor(
                        "Another job in this Flink cluster, or another source in this job, already"
                                + " runs this pipeline ("
                                + key
                                + "). Stop it, or name this one differently");
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw PgException.tryAgain(
                        "Interrupted while taking over the session of the pipeline");
            }
            entry = entries.get(key);
        }
        if (entry == null) {
            entry = new Entry(maker.get());
            entries.put(key, entry);
        }
        entry.leased = true;
        if (entry.closing != null) {
            entry.closing.cancel(false);
            entry.closing = null;
        }
        return entry.session;
    }

    /**
     * Gives a leased session another key.
     *
     * @throws IllegalStateException when another session has it
     */
    synchronized void rename(String from, String to) {
        if (entries.containsKey(to) && !from.equals(to)) {
            throw new IllegalStateException("Another session is known as " + to);
        }
        Entry entry = entries.remove(from);
        if (entry != null) {
            entries.put(to, entry);
        }
    }

    /** The slots that this process made. */
    MadeSlots madeSlots() {
        return madeSlots;
    }

    /**
     * Gives a session back: it is closed, after a while when it keeps a snapshot.
     *
     * @param needed whether another enumerator may come and need the snapshot
     */
    synchronized void release(String key, boolean needed) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return;
        }
        entry.leased = false;
        long delayMillis = needed && entry.session.keepsSnapshot() ? linger.toMillis() : 0;
        entry.closing =
                reaper.schedule(() -> expire(key, entry), delayMillis, TimeUnit.MILLISECONDS);
        notifyAll();
    }

    private void expire(String key, Entry entry) {
        synchronized (this) {
            if (entry.leased || entries.get(key) != entry) {
                return;
            }
            entries.remove(key);
        }
        entry.session.close();
    }
}
