package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.client.LookupRequest;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.RowLookup;
import io.nanosync.flink.pg.client.ServerRun;
import io.nanosync.flink.pg.columnar.decoder.CopiedColumn;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.source.PipelineFailedException;
import io.nanosync.flink.pg.source.contract.PlacesProof;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Timeline;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads rows by their keys: over a connection of its own, which is opened when the first is needed
 * and kept, and opened anew after a failure; on a thread of its own, since one that waits for a
 * socket can't be interrupted. Called by the task's thread.
 */
final class KeyLookup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeyLookup.class);

    /** How long it is tried. Longer than the session's time-out for locks; checkpoints wait. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final PgClient client;
    private final ExecutorService thread;
    private @Nullable RowLookup session;
    private boolean closed;

    /**
     * @param name of what it reads, for its thread
     */
    KeyLookup(String name, PgClient client) {
        this.client = client;
        this.thread =
                Executors.newSingleThreadExecutor(
                        work -> {
                            Thread created = new Thread(work, "nanosync-lookup-" + name);
                            created.setDaemon(true);
                            return created;
                        });
    }

    /**
     * Reads rows until all are there, or as many as memory is to hold.
     *
     * @param timeline from which the rows' changes came; null where that isn't known
     * @param keys for each row the texts of its key's columns; no two alike
     * @param transactions whose changes the rows must show
     * @throws InterruptedException when the task is cancelled; nothing can be read afterwards
     */
    LookedUpRows read(
            LookupPlan plan,
            @Nullable Timeline timeline,
            List<Column> columns,
            List<List<String>> keys,
            Map<Integer, Lsn> transactions)
            throws InterruptedException {
        LookupRequest request =
                new LookupRequest(
                        plan.table(),
                        plan.slot(),
                        timeline,
                        plan.publication(),
                        plan.key(),
                        columns.stream()
                                .map(
                                        column ->
                                                new LookupRequest.Selected(
                                                        column.name(),
                                                        CopiedColumn.expression(column)))
                                .toList(),
                        keys,
                        transactions);
        Future<LookedUpRows> reading = thread.submit(() -> patiently(plan, request, columns));
        try {
            return reading.get();
        } catch (InterruptedException e) {
            end();
            discard();
            throw e;
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause(), "what failed");
            if (cause instanceof Error error) {
                throw error;
            }
            throw PipelineFailedException.of(cause);
        }
    }

    private LookedUpRows patiently(LookupPlan plan, LookupRequest request, List<Column> columns)
            throws PgException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                PlacesProof places = plan.places().of(columns);
                return places.isNeeded()
                        ? readProven(plan, request, columns, places)
                        : read(plan, request, columns);
            } catch (PgException e) {
                if (e.recovery() != PgException.Recovery.WAIT) {
                    discard();
                }
                if (e.recovery() == PgException.Recovery.FAIL
                        || System.nanoTime() + pause.toNanos() > end) {
                    throw e;
                }
                LOG.info("Trying again: {}", e.getMessage());
            } catch (RuntimeException | Error e) {
                discard();
                throw e;
            }
            Thread.sleep(pause.toMillis());
            pause = pause.multipliedBy(2);
            if (pause.compareTo(LONGEST_PAUSE) > 0) {
                pause = LONGEST_PAUSE;
            }
        }
    }

    /**
     * Rows whose values are at the places of the plan, for which the server is asked behind the
     * COPY, which takes them as they are now: the same one, as the COPY may have cost the session.
     */
    private LookedUpRows readProven(
            LookupPlan plan, LookupRequest request, List<Column> columns, PlacesProof places)
            throws PgException {
        ServerRun server = session().server();
        LookedUpRows rows = read(plan, request, columns);
        server.require(session().server(), "look at the types of " + plan.table().name());
        places.require(session());
        return rows;
    }

    private LookedUpRows read(LookupPlan plan, LookupRequest request, List<Column> columns)
            throws PgException {
        RowLookup from = session();
        from.start(request);
        LookedUpRowsReader rows = new LookedUpRowsReader(plan, request, columns);
        ByteBuffer message;
        while ((message = from.nextCopyData()) != null) {
            rows.add(message);
            if (rows.bytes() >= plan.mostBytes() && !rows.areAll()) {
                // A COPY can't be left in any other way.
                discard();
                return rows.read();
            }
        }
        rows.end();
        from.commit();
        return rows.read();
    }

    private RowLookup session() throws PgException {
        RowLookup open = current();
        if (open != null) {
            return open;
        }
        RowLookup opened = client.openLookup();
        if (!keep(opened)) {
            opened.close();
            throw PgException.tryAgain("Cannot read rows by their keys: the task is cancelled");
        }
        return opened;
    }

    private synchronized @Nullable RowLookup current() {
        return session;
    }

    private synchronized boolean keep(RowLookup opened) {
        if (!closed) {
            session = opened;
        }
        return !closed;
    }

    private synchronized @Nullable RowLookup take() {
        RowLookup taken = session;
        session = null;
        return taken;
    }

    /** Ends what is being read, on the server too. Waits a few seconds at most. */
    private void discard() {
        RowLookup taken = take();
        if (taken != null) {
            taken.cancel();
        }
    }

    private void end() {
        synchronized (this) {
            closed = true;
        }
        thread.shutdownNow();
    }

    @Override
    public void close() {
        end();
        RowLookup idle = take();
        if (idle != null) {
            idle.close();
        }
    }
}
