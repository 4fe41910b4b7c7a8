package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.Backend;
import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.SlotHolder;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ReplicationStream;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.drift.CatalogNow;
import io.nanosync.flink.pg.relation.drift.Drift;
import io.nanosync.flink.pg.source.contract.ContractWatch;
import io.nanosync.flink.pg.source.contract.FollowedServer;
import io.nanosync.flink.pg.source.contract.PlacesProof;
import io.nanosync.flink.pg.wal.CheckpointedPositions;
import io.nanosync.flink.pg.wal.ConfirmableLsn;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Timeline;
import io.nanosync.flink.pg.wal.WalPlace;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of the stream and what keeps it well: a status thread that answers the server
 * however long the job is back-pressured, and a control connection that writes heartbeats and
 * notices a shutdown of the server.
 *
 * <p>{@link #poll} by the fetcher's thread, {@link #close} by any.
 */
final class StreamSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamSession.class);

    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration PROBE_PERIOD = Duration.ofSeconds(1);

    /** Longer than any pause between two tries. */
    private static final Duration LASTING = Duration.ofMinutes(1);

    private final SourceConfig config;
    private final FollowedServer server;
    private final ControlSession control;
    private final ReplicationStream stream;
    private final ContractWatch contract;
    private final CheckpointedPositions checkpointed;
    private final StreamMetrics metrics;
    private final ScheduledThreadPoolExecutor status;
    private final ScheduledThreadPoolExecutor probe;
    private final Heartbeats heartbeats;
    private final WalsenderWatch walsender;
    private final long openedAtNanos = System.nanoTime();

    /** Where the server's WAL ended then. */
    private final Lsn hadAtOpening;

    private final long statusPeriodNanos;

    /** Why this class has broken the connection; null while it hasn't. */
    private final AtomicReference<@Nullable PgException> failure = new AtomicReference<>();

    /** Owned by the status thread; null before the first report, which goes out at once. */
    private @Nullable ConfirmableLsn reported;

    /** Owned by the status thread. */
    private long reportedAtNanos;

    private StreamSession(
            SourceConfig config,
            FollowedServer server,
            ControlSession control,
            ReplicationStream stream,
            ContractWatch contract,
            CheckpointedPositions checkpointed,
            StreamMetrics metrics,
            WalsenderWatch walsender,
            Lsn hadAtOpening) {
        this.config = config;
        this.server = server;
        this.control = control;
        this.stream = stream;
        this.contract = contract;
        this.checkpointed = checkpointed;
        this.status = thread("nanosync-status-" + config.slot());
        this.probe = thread("nanosync-probe-" + config.slot());
        this.metrics = metrics;
        this.heartbeats = new Heartbeats(config, control, metrics);
        this.walsender = walsender;
        this.hadAtOpening = hadAtOpening;
        this.statusPeriodNanos = statusPeriod(config).toNanos();
    }

    private static ScheduledThreadPoolExecutor thread(String name) {
        return new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Well inside the server's time-out: a status that is late once mustn't cost the connection.
     */
    static Duration statusPeriod(SourceConfig config) {
        Duration third = config.walSenderTimeout().dividedBy(3);
        return third.isZero() || config.keepaliveIdleInterval().compareTo(third) < 0
                ? config.keepaliveIdleInterval()
                : third;
    }

    /**
     * Connects, checks and starts streaming.
     *
     * @param contract what is captured: looked at as long as the stream runs
     * @param place where to read on; says nothing of what may be confirmed
     * @param checkpointed what may be confirmed
     * @param metrics told what is confirmed, and what the server has
     * @param former the server's end of a connection of this reader that is closed
     */
    static StreamSession open(
            PgClient client,
            SourceConfig config,
            StreamPreconditions preconditions,
            ContractWatch contract,
            WalPlace place,
            boolean binary,
            CheckpointedPositions checkpointed,
            StreamMetrics metrics,
            @Nullable Backend former)
            throws PgException {
        ControlSession control = client.openControl();
        try {
            FollowedServer followed = preconditions.check(control, place);
            ServerIdentity server = followed.identity();
            ReplicationStream stream =
                    waitingForHolder(
                            config,
                            control,
                            former,
                            () -> {
                                turnOnFailover(client, config, control, server);
                                return client.startReplication(
                                        server,
                                        config.slot(),
                                        config.publication(),
                                        place.lsn(),
                                        binary);
                            });
            try {
                preconditions.checkAgain(control, server, place);
                StreamSession session =
                        new StreamSession(
                                config,
                                followed,
                                control,
                                stream,
                                contract,
                                checkpointed,
                                metrics,
                                new WalsenderWatch(control, config.slot()),
                                control.flushedLsn());
                session.start(place.lsn());
                return session;
            } catch (PgException | RuntimeException e) {
                stream.abort();
                stream.close();
                throw e;
            }
        } catch (PgException | RuntimeException e) {
            control.close();
            throw e;
        }
    }

    /** A slot that was made without is copied to standbys from now on, where that is asked for. */
    private static void turnOnFailover(
            PgClient client, SourceConfig config, ControlSession control, ServerIdentity server)
            throws PgException {
        SlotState slot = config.failoverSlot() ? control.slot(config.slot()) : null;
        if (slot != null && !slot.failover()) {
            client.turnOnFailover(server, slot.name());
            LOG.info("Turned on failover for slot {}", slot.name());
        }
    }

    /** What makes a stream. */
    @FunctionalInterface
    private interface Start {
        ReplicationStream stream() throws PgException;
    }

    /**
     * Starts streaming. A former connection of this reader whose end the server hasn't noticed
     * still holds the slot, until {@code wal_sender_timeout}: that is ended.
     *
     * @throws PgException to be waited for where another process streams from the slot: says which
     */
    private static ReplicationStream waitingForHolder(
            SourceConfig config, ControlSession control, @Nullable Backend former, Start start)
            throws PgException {
        try {
            return start.stream();
        } catch (PgException e) {
            SlotHolder holder =
                    e.recovery() == PgException.Recovery.WAIT
                            ? control.slotHolder(config.slot())
                            : null;
            if (holder != null
                    && former != null
                    && holder.pid() == former.pid()
                    && control.end(former)) {
                LOG.info(
                        "Ended PID {}, which still served a connection to slot {} that is closed",
                        former.pid(),
                        config.slot());
            }
            throw holder == null
                    ? e
                    : new PgException(
                            "Logical replication slot \""
                                    + config.slot()
                                    + "\" is active for "
                                    + holder,
                            e.sqlState(),
                            PgException.Recovery.WAIT,
                            e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Both tasks handle their own errors.
    private void start(Lsn position) {
        status.scheduleWithFixedDelay(this::report, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
        probe.scheduleWithFixedDelay(
                this::probe,
                PROBE_PERIOD.toMillis(),
                PROBE_PERIOD.toMillis(),
                TimeUnit.MILLISECONDS);
        LOG.info("Streaming from slot {} at LSN {}", config.slot(), position);
    }

    private void report() {
        ConfirmableLsn toReport = checkpointed.confirmable();
        long now = System.nanoTime();
        if (toReport.equals(reported) && now - reportedAtNanos < statusPeriodNanos) {
            return;
        }
        try {
            if (!stream.confirm(toReport)) {
                status.shutdown();
                return;
            }
            reported = toReport;
            metrics.confirmed(toReport.lsn());
            reportedAtNanos = now;
        } catch (PgException | RuntimeException | Error e) {
            LOG.warn("Can't send a status update for slot {}: {}", config.slot(), e.getMessage());
            broken(e);
            status.shutdown();
        }
    }

    /**
     * A walsender leaves a fast shutdown only when all is confirmed, so a job that is paused would
     * hang the user's server: when the control connection is told to go, the stream goes too. And a
     * change that isn't published can't be missed in the stream: only the catalog tells of it.
     */
    private void probe() {
        try {
            synchronized (control) {
                metrics.serverHas(heartbeats.beat());
                walsender.look();
                contract.lookWhenDue(control);
            }
        } catch (PgException | RuntimeException | Error e) {
            LOG.warn("Watching the stream of slot {} failed: {}", config.slot(), e.getMessage());
            broken(e);
            probe.shutdown();
        }
    }

    /** The fetcher finds the connection broken, and by {@link #poll} why. */
    private void broken(Throwable cause) {
        failure.compareAndSet(
                null,
                cause instanceof PgException pg
                        ? pg
                        : new PgException(
                                String.valueOf(cause.getMessage()),
                                null,
                                PgException.Recovery.RETRY,
                                cause));
        stream.abort();
    }

    /**
     * The next message; null when none has come yet.
     *
     * @throws PgException when the stream broke, or with what was found broken beside it
     */
    @Nullable ByteBuffer poll() throws PgException {
        try {
            return stream.poll();
        } catch (PgException e) {
            PgException found = failure.get();
            throw found == null ? e : found;
        }
    }

    /**
     * That nothing was found broken, for as long as nobody polls.
     *
     * @throws PgException with what was
     */
    void requireWell() throws PgException {
        PgException found = failure.get();
        if (found != null) {
            throw found;
        }
    }

    /** Whether the connection has stood for long. */
    boolean hasLasted() {
        return System.nanoTime() - openedAtNanos > LASTING.toNanos();
    }

    /** The server's end of the connection. */
    Backend backend() {
        return stream.backend();
    }

    /** The timeline of the server, on which what is read lies. */
    Timeline timeline() {
        return server.timeline();
    }

    /** Whether all has come that the server had when the connection was made. */
    boolean hasCaughtUp() {
        return !hadAtOpening.isAfter(stream.serverWalEnd());
    }

    int serverMajor() {
        return server.identity().major();
    }

    /** See {@link ControlSession#rootOf}. */
    @Nullable Integer rootOf(int table, List<Integer> roots) throws PgException {
        synchronized (control) {
            return control.rootOf(table, roots);
        }
    }

    /** See {@link PlacesProof#require}. */
    void require(PlacesProof places) throws PgException {
        synchronized (control) {
            places.require(control);
        }
    }

    /** See {@link ContractWatch#renewLater}. */
    void renewLater() throws PgException {
        synchronized (control) {
            contract.renewLater(control);
        }
    }

    /**
     * See {@link DriftCatalog}. Null as long as the catalog may not show what the drift's
     * transaction did: a commit is sent before others see it.
     *
     * @param transaction the drift's
     */
    @Nullable CatalogNow look(Drift drift, int transaction) throws PgException {
        synchronized (control) {
            return control.isOpen(transaction) ? null : DriftCatalog.read(control, config, drift);
        }
    }

    /** WAL start of the message that {@link #poll} returned last. */
    Lsn messageLsn() {
        return stream.messageLsn();
    }

    /** The server's WAL end; everything before it was polled. */
    Lsn serverWalEnd() {
        Lsn walEnd = stream.serverWalEnd();
        heartbeats.reached(walEnd);
        return walEnd;
    }

    /** Breaks the connection, from any thread. */
    void abort() {
        stream.abort();
    }

    @Override
    public void close() {
        status.shutdownNow();
        probe.shutdownNow();
        stream.abort();
        stream.close();
        control.close();
    }
}
