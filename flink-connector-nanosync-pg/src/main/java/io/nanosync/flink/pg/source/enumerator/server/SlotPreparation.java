package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.client.SlotUntoldException;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replication slot that a pipeline makes for itself: found, removed or made. Blocks. */
final class SlotPreparation {

    private static final Logger LOG = LoggerFactory.getLogger(SlotPreparation.class);

    /** How long to wait for transactions that are older than the slot. */
    static final Duration SLOT_BOUND = Duration.ofMinutes(30);

    private final SourceConfig config;
    private final PgClient client;
    private final PipelineSession session;
    private final IntentFile intent;
    private final MadeSlots made;

    SlotPreparation(
            SourceConfig config,
            PgClient client,
            PipelineSession session,
            IntentFile intent,
            MadeSlots made) {
        this.config = config;
        this.client = client;
        this.session = session;
        this.intent = intent;
        this.made = made;
    }

    /**
     * A slot that is there although this pipeline has no state: dropped when this process or an
     * earlier run made it and nobody has streamed from it.
     *
     * @return the slot that stays, since somebody else made it, or may have; null when none is left
     * @throws PgException when this pipeline made it, or took it up, and it has moved: it was
     *     streamed from, so there is state somewhere
     */
    @Nullable SlotState removeOwn(ServerIdentity server) throws IOException {
        SlotState slot = found();
        if (slot == null) {
            return null;
        }
        AskedSlot asked = asked(server);
        if (asked == null || staysUntold(server, slot, asked)) {
            return slot;
        }
        if (!asked.isUnused(slot)) {
            if (config.stateDir() == null) {
                return slot;
            }
            throw isThere(
                    slot,
                    asked instanceof AskedSlot.Made
                            ? "this pipeline made it and has streamed from it"
                            : "it has moved since this pipeline took it up at LSN " + asked.at());
        }
        LOG.info(
                "Dropping slot {}: an earlier run of this pipeline made it and left no checkpoint",
                slot.name());
        dropInactive(slot);
        return null;
    }

    /** Says that a slot which is there already isn't one to begin with. */
    static PgException isThere(SlotState slot, String why) {
        return PgException.needsPerson(
                "Replication slot \""
                        + slot.name()
                        + "\" exists, but this pipeline has no state, and "
                        + why
                        + ". Was the job meant to be resumed from a checkpoint or savepoint? To"
                        + " begin without it run: SELECT pg_drop_replication_slot('"
                        + slot.name()
                        + "'), and have an empty sink, since it gets every row again; to read only"
                        + " the changes that the slot still holds set startup_mode to slot");
    }

    /** The pipeline's slot; null when it isn't there. */
    private @Nullable SlotState found() throws IOException {
        SlotState slot = session.slot(config.slot());
        if (slot == null) {
            disown();
        } else if (slot.isBeingMade()) {
            requireInactive(slot);
        }
        return slot;
    }

    /**
     * What is known of the slot that was asked for; other processes write to the record as well.
     */
    private @Nullable AskedSlot asked(ServerIdentity server) throws IOException {
        AskedSlot recorded = intent.asked(server.systemIdentifier());
        return recorded == null ? made.asked(config) : recorded;
    }

    /**
     * Whether nobody can say whose the slot is. From now on it is known where it stands, so that it
     * shows when the pipeline has streamed from it.
     */
    private boolean staysUntold(ServerIdentity server, SlotState slot, AskedSlot asked)
            throws IOException {
        if (!asked.isUntold(slot)) {
            return false;
        }
        if (asked instanceof AskedSlot.Untold) {
            Lsn at = Objects.requireNonNull(slot.confirmedFlush(), "a logical slot has one");
            made.found(config, at);
            intent.recordFound(server.systemIdentifier(), at);
        }
        return true;
    }

    /** No slot of this pipeline is there: whoever makes one of its name now owns it. */
    private void disown() throws IOException {
        made.gone(config);
        intent.withdraw();
    }

    /**
     * Drops a slot.
     *
     * @throws PgException when somebody streams from it
     */
    private void dropInactive(SlotState slot) throws IOException {
        requireInactive(slot);
        session.tell(control -> control.dropSlot(slot.name()));
        disown();
    }

    static void requireInactive(SlotState slot) throws PgException {
        if (slot.activePid() != null) {
            throw PgException.waitFor(
                    "Logical replication slot \""
                            + slot.name()
                            + "\" is active for PID "
                            + slot.activePid()
                            + ": another process streams from it, or makes it. Stop it first, or"
                            + " end it with: SELECT pg_terminate_backend("
                            + slot.activePid()
                            + ")");
        }
    }

    /**
     * The slot of a snapshot that was lost: dropped, since the snapshot that is taken anew comes
     * with a slot of its own. Until the stream begins nothing moves it, so a slot that has moved
     * belongs to a later life of the pipeline than the state that is being restored. One that was
     * made for a later snapshot and not streamed from either doesn't: the job failed before a
     * checkpoint could tell of it.
     *
     * <p>A slot of which nobody can say whose it is stays: this pipeline has asked for one since,
     * and wasn't told. As long as it stands where it was found nobody has streamed from it either.
     *
     * @param consistentPoint where the slot was made for that snapshot
     * @return the slot that stays; null when none is left
     * @throws PgException when the slot has moved
     */
    @Nullable SlotState dropUnmoved(ServerIdentity server, Lsn consistentPoint) throws IOException {
        SlotState slot = found();
        if (slot == null) {
            return null;
        }
        AskedSlot asked = asked(server);
        if (!consistentPoint.equals(slot.confirmedFlush())
                && (asked == null || !asked.isUnused(slot))) {
            if (asked != null && staysUntold(server, slot, asked)) {
                return slot;
            }
            throw olderThan(config, slot, consistentPoint);
        }
        dropInactive(slot);
        return null;
    }

    static PgException olderThan(SourceConfig config, SlotState slot, Lsn consistentPoint) {
        return PgException.needsPerson(
                "The state that is being restored is older than the slot: it was reading a"
                        + " snapshot at LSN "
                        + consistentPoint
                        + ", and replication slot \""
                        + slot.name()
                        + "\" was confirmed up to LSN "
                        + slot.confirmedFlush()
                        + " since, so the changes between are gone. Restore a newer checkpoint"
                        + " or savepoint. "
                        + FreshSnapshot.remedy(config));
    }

    /**
     * Whether a snapshot is followed by all changes of the slot, since nobody has streamed from it:
     * it is where it was made or, when it was there before the snapshot, not beyond.
     */
    boolean follows(SnapshotPlan plan) throws PgException {
        SlotState slot = session.slot(config.slot());
        if (slot == null || slot.isLost() || slot.confirmedFlush() == null) {
            return false;
        }
        Lsn confirmed = slot.confirmedFlush();
        return plan.ownSlot()
                ? confirmed.equals(plan.streamStart())
                : !confirmed.isAfter(plan.streamStart());
    }

    /** Makes the slot, with the snapshot that it exports; waits for older transactions. */
    PgClient.ExportedSlot export(ServerIdentity server) throws IOException {
        intent.record(server.systemIdentifier());
        PgClient.ExportedSlot slot = create();
        made.made(config, slot.consistentPoint());
        try {
            intent.recordMade(server.systemIdentifier(), slot.consistentPoint());
        } catch (IOException e) {
            slot.close();
            dropAfter(e);
            throw e;
        }
        return slot;
    }

    /** Only a slot that was made, or may have been, is this pipeline's own. */
    private PgClient.ExportedSlot create() throws IOException {
        try {
            return client.createSlot(
                    config.slot(),
                    config.failoverSlot(),
                    SLOT_BOUND,
                    blockers ->
                            LOG.warn(
                                    "Creating slot {} waits for transactions that are still open:"
                                            + " {}",
                                    config.slot(),
                                    blockers));
        } catch (SlotUntoldException e) {
            made.mayCome(config);
            throw e;
        } catch (PgException | RuntimeException e) {
            try {
                disown();
            } catch (IOException other) {
                e.addSuppressed(other);
            }
            throw e;
        }
    }

    /** Drops the slot that was made before something failed. */
    void dropAfter(Exception failure) {
        try {
            session.tell(control -> control.dropSlot(config.slot()));
            disown();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
