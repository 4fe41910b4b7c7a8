package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the slot every few seconds: fails as soon as it is lost, not a day later; warns when it
 * lags; keeps an unused slot from being invalidated for idleness. Blocks.
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
    private final Duration standbyPatience;
    private final Duration touchPeriod;
    private @Nullable Long standbySinceNanos;
    private @Nullable Lsn lastConfirmed;
    private @Nullable Long warnedAtNanos;
    private long touchedAtNanos = System.nanoTime();
    private volatile long lagBytes;

    SlotWatch(SourceConfig config, PipelineSession session) {
        this(config, session, STANDBY_PATIENCE, TOUCH_PERIOD);
    }

    SlotWatch(
            SourceConfig config,
            PipelineSession session,
            Duration standbyPatience,
            Duration touchPeriod) {
        this.config = config;
        this.session = session;
        this.standbyPatience = standbyPatience;
        this.touchPeriod = touchPeriod;
    }

    long lagBytes() {
        return lagBytes;
    }

    /**
     * Looks at the slot.
     *
     * @throws PgException when it is lost; an answer that can't be had now is only logged
     */
    void look() throws PgException {
        try {
            SlotState slot = session.ask(this::slot);
            standbySinceNanos = null;
            lastConfirmed = slot.confirmedFlush();
            lagBytes = slot.lagBytes();
            warnOfLag(slot);
            touch(slot);
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
        if (control.identity().inRecovery()) {
            throw standby();
        }
        SlotState slot = control.slot(config.slot());
        if (slot != null && !slot.isLost()) {
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
                            + ", so changes since then are lost. "
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
        long limitBytes = config.stream().slotLagAlertMb() * 1024L * 1024L;
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
                    config.stream().slotLagAlertMb(),
                    slot.walStatus(),
                    slot.safeWalBytes() == null ? "unlimited" : slot.safeWalBytes());
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
