package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.Backend;
import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.contract.PromotedServer;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the slot every few seconds: fails as soon as it is lost, not a day later; warns when it
 * lags; keeps an unused slot from being invalidated for idleness, and the end of its walsender from
 * waiting for a stream that stands still. Blocks.
 */
final class SlotWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SlotWatch.class);

    /** How long a server may stay a standby: a failover takes minutes at most. */
    private static final Duration STANDBY_PATIENCE = Duration.ofMinutes(10);

    private static final String STANDBY =
            "The server at %s that answered is a standby, which has no say about the slot";

    private static final Duration TOUCH_PERIOD = Duration.ofMinutes(1);
    private static final Duration REMINDER_PERIOD = Duration.ofMinutes(15);

    private final SourceConfig config;
    private final PipelineSession session;
    private final Supplier<@Nullable Lsn> streamStart;
    private final Duration standbyPatience;
    private final Duration touchPeriod;
    private @Nullable Long standbySinceNanos;
    private @Nullable Lsn lastConfirmed;

    /** Of the server that had the slot last; null before that. */
    private @Nullable Integer lastTimeline;

    private @Nullable Long warnedAtNanos;

    /** The walsender that couldn't end at the last look. */
    private @Nullable Backend heldUp;

    private long touchedAtNanos = System.nanoTime();
    private volatile @Nullable SlotState seen;

    /**
     * @param streamStart where the stream begins that isn't read yet; null once it is
     */
    SlotWatch(SourceConfig config, PipelineSession session, Supplier<@Nullable Lsn> streamStart) {
        this(config, session, streamStart, STANDBY_PATIENCE, TOUCH_PERIOD);
    }

    SlotWatch(
            SourceConfig config,
            PipelineSession session,
            Supplier<@Nullable Lsn> streamStart,
            Duration standbyPatience,
            Duration touchPeriod) {
        this.config = config;
        this.session = session;
        this.streamStart = streamStart;
        this.standbyPatience = standbyPatience;
        this.touchPeriod = touchPeriod;
    }

    /** The slot as it was seen last, lost or not; null when it wasn't. */
    @Nullable SlotState seen() {
        return seen;
    }

    /**
     * Looks at the slot.
     *
     * @throws PgException when it is lost, or what it held for the stream; an answer that can't be
     *     had now is only logged
     */
    void look() throws PgException {
        try {
            SlotState slot = session.ask(this::slot);
            standbySinceNanos = null;
            requireNotBeyond(slot);
            lastConfirmed = slot.confirmedFlush();
            warnOfLag(slot);
            touch(slot);
            endHeldUp(slot);
        } catch (PgException e) {
            if (e.recovery() == PgException.Recovery.FAIL) {
                throw e;
            }
            LOG.warn("Can't look at slot {} now: {}", config.slot(), e.getMessage());
        }
    }

    /**
     * The slot, when it is healthy. Of several hosts a standby may have answered, which may have a
     * slot of this name too; its word isn't taken, and the next look takes another connection.
     */
    private SlotState slot(ControlSession control) throws PgException {
        ServerIdentity server = control.identity();
        if (server.inRecovery()) {
            throw standby();
        }
        PromotedServer promotion =
                new PromotedServer(
                        config, server, lastTimeline == null ? server.timeline() : lastTimeline);
        if (promotion.isEarlier()) {
            throw PgException.tryAgain(
                    "The server at "
                            + config.connection().address()
                            + " that answered is a former primary, on timeline "
                            + server.timeline()
                            + "; the slot was on timeline "
                            + lastTimeline);
        }
        SlotState slot = control.slot(config.slot());
        seen = slot;
        if (slot != null && !slot.isLost()) {
            lastTimeline = server.timeline();
            return slot;
        }
        if (slot == null) {
            throw PgException.needsPerson(
                    "Replication slot \""
                            + config.slot()
                            + "\" does not exist on "
                            + config.connection().address()
                            + (lastConfirmed == null
                                    ? ""
                                    : ". It was there at LSN " + lastConfirmed)
                            + ", so changes since then are lost"
                            + (promotion.isPromoted() ? ": " + promotion.slotStayedBehind() : "")
                            + ". "
                            + FreshSnapshot.remedy(config));
        }
        throw PgException.needsPerson(
                "Replication slot \""
                        + config.slot()
                        + "\" "
                        + slot.loss()
                        + ". It was confirmed up to LSN "
                        + slot.confirmedFlush()
                        + ". "
                        + FreshSnapshot.remedy(config));
    }

    /**
     * As long as the stream hasn't begun nobody of ours confirms to the slot. Where it begins is
     * asked for behind the look at the slot: by then it may have.
     */
    private void requireNotBeyond(SlotState slot) throws PgException {
        Lsn begins = streamStart.get();
        Lsn confirmed = slot.confirmedFlush();
        if (begins != null && confirmed != null && confirmed.isAfter(begins)) {
            throw PgException.needsPerson(
                    "Replication slot \""
                            + config.slot()
                            + "\" on "
                            + config.connection().address()
                            + " was confirmed up to LSN "
                            + confirmed
                            + ", and the stream that is to follow the snapshot of pipeline "
                            + config.pipeline()
                            + " begins at "
                            + begins
                            + ": somebody advanced the slot or streamed from it, and the changes"
                            + " between are gone. Leave it to this pipeline from its start on. "
                            + FreshSnapshot.remedy(config));
        }
    }

    private PgException standby() {
        long now = System.nanoTime();
        if (standbySinceNanos == null) {
            standbySinceNanos = now;
            return PgException.tryAgain(STANDBY.formatted(config.connection().address()));
        }
        String message = STANDBY.formatted(config.connection().address());
        return now - standbySinceNanos < standbyPatience.toNanos()
                ? PgException.tryAgain(message)
                : PgException.needsPerson(
                        message
                                + ", and has been one for "
                                + standbyPatience.toMinutes()
                                + " minutes. Point the connection at the primary, or give all hosts"
                                + " and targetServerType=primary");
    }

    private void warnOfLag(SlotState slot) {
        long limitBytes = config.slotLagAlertMb() * 1024L * 1024L;
        if (limitBytes == 0 || slot.lagBytes() < limitBytes) {
            warnedAtNanos = null;
            return;
        }
        long now = System.nanoTime();
        if (warnedAtNanos == null || now - warnedAtNanos > REMINDER_PERIOD.toNanos()) {
            warnedAtNanos = now;
            LOG.warn(
                    "Replication slot {} lags {} MB behind (slot_lag_alert_mb {}): wal_status {},"
                            + " safe_wal_size {}",
                    slot.name(),
                    slot.lagBytes() / 1024 / 1024,
                    config.slotLagAlertMb(),
                    slot.walStatus(),
                    slot.safeWalBytes() == null ? "unlimited" : slot.safeWalBytes());
        }
    }

    /**
     * Ends a walsender that the server has told to end, and that waits for a stream that isn't read
     * meanwhile: paused, or behind a sink that takes nothing. PostgreSQL tells it once, and its
     * checkpoints wait for that end, so that WAL would pile up without any limit.
     */
    private void endHeldUp(SlotState slot) throws PgException {
        Backend before = heldUp;
        Backend now = slot.activePid() == null ? null : session.heldUpAtItsEnd(slot.name());
        heldUp = now;
        if (now != null && now.equals(before)) {
            LOG.warn(
                    "The server has told the walsender of slot {}, process {}, to end, and it can't"
                            + " since its stream stands still. Ending it",
                    slot.name(),
                    now.pid());
            session.tell(control -> control.end(now));
        }
    }

    private void touch(SlotState slot) throws PgException {
        Lsn confirmed = slot.confirmedFlush();
        if (slot.activePid() == null
                && confirmed != null
                && System.nanoTime() - touchedAtNanos > touchPeriod.toNanos()) {
            touchedAtNanos = System.nanoTime();
            session.tell(control -> control.touchSlot(slot.name(), confirmed));
        }
    }
}
