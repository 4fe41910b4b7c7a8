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

    /** Closes a session that failed or stopped in the middle. */
    void discard(SnapshotSession session) {
        synchronized (this) {
            used.remove(session);
        }
        session.abort();
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

    /** Frees fetchers that are blocked, closes the rest. */
    void abort() {
        List<SnapshotSession> all = new ArrayList<>();
        synchronized (this) {
            closed = true;
            idle.forEach(entry -> all.add(entry.session()));
            idle.clear();
            all.addAll(used);
        }
        all.forEach(SnapshotSession::abort);
    }
}
