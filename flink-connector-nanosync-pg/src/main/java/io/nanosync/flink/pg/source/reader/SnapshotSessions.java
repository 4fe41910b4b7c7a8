package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SnapshotSession;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The sessions with which a reader's fetchers read snapshot splits: one each while it reads, kept
 * for a few seconds for the next split, since a connection costs the server more than a small
 * split. Thread-safe.
 */
final class SnapshotSessions {

    private static final Duration KEPT = Duration.ofSeconds(5);

    /** Longer than a cancel request takes at most. */
    private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(10);

    private final PgClient client;
    private final Deque<Idle> idle = new ArrayDeque<>();
    private final Set<SnapshotSession> used = new HashSet<>();
    private boolean closed;

    private record Idle(SnapshotSession session, long sinceNanos) {}

    SnapshotSessions(PgClient client) {
        this.client = client;
    }

    /** A session outside any transaction. */
    SnapshotSession acquire() throws PgException {
        SnapshotSession session = reuse();
        if (session == null) {
            session = client.openSnapshot();
        }
        synchronized (this) {
            if (!closed) {
                used.add(session);
                return session;
            }
        }
        session.close();
        throw PgException.tryAgain("The reader was closed");
    }

    private synchronized @Nullable SnapshotSession reuse() {
        Idle newest = idle.pollLast();
        return newest == null ? null : newest.session();
    }

    /** Gives a session back that is outside any transaction. */
    void release(SnapshotSession session) {
        synchronized (this) {
            used.remove(session);
            if (!closed) {
                idle.add(new Idle(session, System.nanoTime()));
                CompletableFuture.delayedExecutor(KEPT.toMillis() + 100, TimeUnit.MILLISECONDS)
                        .execute(this::closeUnused);
                return;
            }
        }
        session.close();
    }

    /**
     * Ends a session that failed or stopped in the middle, and what the server does for it: that
     * may be to look through a whole table for rows that nobody waits for.
     */
    void discard(SnapshotSession session) {
        synchronized (this) {
            used.remove(session);
        }
        session.cancel();
        session.close();
    }

    private void closeUnused() {
        List<SnapshotSession> unused = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            while (!idle.isEmpty() && now - idle.peek().sinceNanos() >= KEPT.toNanos()) {
                unused.add(idle.poll().session());
            }
        }
        unused.forEach(SnapshotSession::close);
    }

    /**
     * Frees fetchers that are blocked, closes the rest. Waits until the server was told, all of it
     * at the same time, a few seconds at most.
     */
    void abort() {
        List<SnapshotSession> unused;
        List<SnapshotSession> atWork;
        synchronized (this) {
            closed = true;
            unused = idle.stream().map(Idle::session).toList();
            idle.clear();
            atWork = List.copyOf(used);
        }
        unused.forEach(SnapshotSession::abort);
        List<Thread> cancelling = new ArrayList<>();
        for (SnapshotSession session : atWork) {
            Thread thread = new Thread(session::cancel, "nanosync-cancel");
            thread.setDaemon(true);
            thread.start();
            cancelling.add(thread);
        }
        try {
            for (Thread thread : cancelling) {
                thread.join(CANCEL_PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
