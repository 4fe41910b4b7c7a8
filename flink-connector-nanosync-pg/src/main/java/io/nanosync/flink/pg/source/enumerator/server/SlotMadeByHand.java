package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.relation.contract.EarlierStart;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replication slot that somebody else made for a pipeline: used, never dropped. Blocks. */
final class SlotMadeByHand {

    private static final Logger LOG = LoggerFactory.getLogger(SlotMadeByHand.class);

    private final SourceConfig config;
    private final PgClient client;
    private final PipelineSession session;
    private final IntentFile intent;

    SlotMadeByHand(
            SourceConfig config, PgClient client, PipelineSession session, IntentFile intent) {
        this.config = config;
        this.client = client;
        this.session = session;
        this.intent = intent;
    }

    /**
     * Takes a snapshot whose changes follow in a slot that somebody else made.
     *
     * @throws PgException when somebody streams from it, or it begins behind the snapshot
     */
    PgClient.LocatedSnapshot locateSnapshot() throws PgException {
        SlotPreparation.requireInactive(existing());
        return locateSnapshotBesideStream();
    }

    /**
     * Takes a snapshot whose changes follow in a slot from which a stream has begun.
     *
     * @throws PgException when the slot begins behind the snapshot
     */
    PgClient.LocatedSnapshot locateSnapshotBesideStream() throws PgException {
        PgClient.LocatedSnapshot snapshot = awaitSnapshot();
        try {
            requireNotBeyond(snapshot.from());
            return snapshot;
        } catch (PgException | RuntimeException e) {
            snapshot.keeper().close();
            throw e;
        }
    }

    /** May take half an hour, in which nobody else looks at the slot. */
    private PgClient.LocatedSnapshot awaitSnapshot() throws PgException {
        SlotWatch slot = new SlotWatch(config, session, () -> null);
        return client.locateSnapshot(
                SlotPreparation.SLOT_BOUND,
                blockers -> {
                    LOG.warn(
                            "The snapshot of pipeline {} waits for transactions that are still"
                                    + " open: {}",
                            config.pipeline(),
                            blockers);
                    slot.look();
                });
    }

    private void requireNotBeyond(Lsn from) throws PgException {
        Lsn confirmed = confirmed(existing());
        if (confirmed.isAfter(from)) {
            throw PgException.needsPerson(
                    "Replication slot \""
                            + config.slot()
                            + "\" was confirmed up to LSN "
                            + confirmed
                            + ", and the snapshot that is to be followed by its changes begins at "
                            + from
                            + ": the changes between are gone. "
                            + FreshSnapshot.remedy(config));
        }
    }

    private static Lsn confirmed(SlotState slot) {
        return Objects.requireNonNull(slot.confirmedFlush(), "a logical slot has one");
    }

    /**
     * The slot of a snapshot that was lost, which somebody else made: it stays, and must not have
     * been streamed from.
     *
     * @param consistentPoint where the stream was to begin
     */
    void requireUnread(Lsn consistentPoint) throws PgException {
        SlotState slot = existing();
        if (confirmed(slot).isAfter(consistentPoint)) {
            throw SlotPreparation.olderThan(config, slot, consistentPoint);
        }
    }

    /**
     * The slot that is relied on.
     *
     * @throws PgException when it isn't there
     */
    private SlotState existing() throws PgException {
        SlotState slot = session.slot(config.slot());
        if (slot != null && slot.isBeingMade()) {
            SlotPreparation.requireInactive(slot);
        }
        if (slot != null && slot.isLost()) {
            throw PgException.needsPerson(
                    "Replication slot \""
                            + config.slot()
                            + "\" "
                            + slot.loss()
                            + ". "
                            + FreshSnapshot.remedy(config));
        }
        if (slot == null || slot.confirmedFlush() == null) {
            throw PgException.needsPerson(
                    "Replication slot \""
                            + config.slot()
                            + "\" does not exist on "
                            + config.connection().address()
                            + ", and the pipeline is to start from it. Run: SELECT"
                            + " pg_create_logical_replication_slot('"
                            + config.slot()
                            + "', 'pgoutput')");
        }
        return slot;
    }

    /**
     * Where a stream may start by a startup mode that relies on the slot.
     *
     * @throws PgException when it isn't there
     */
    ExistingSlot start() throws PgException {
        SlotState slot = existing();
        return new ExistingSlot(slot.name(), confirmed(slot));
    }

    /**
     * Refuses a slot whose start can't be told to lie behind the publication and what it covers:
     * pgoutput leaves out what wasn't published when it was changed.
     */
    void requireCatalogOf(ServerIdentity server, List<TableSchema> tables, CaptureContract contract)
            throws IOException {
        Set<Integer> notOlder =
                session.ask(
                        control ->
                                control.notOlderThanSlot(config.slot(), contract.transactions()));
        Set<Integer> attached =
                session.ask(control -> control.readCatalog(config.publication(), tables))
                        .attached();
        List<String> doubts =
                new EarlierStart(notOlder, attached, table -> !config.appliedKeys(table).isEmpty())
                        .doubts(config.publication(), tables, contract);
        if (!doubts.isEmpty()) {
            throw PgException.needsPerson(
                    "Replication slot \""
                            + config.slot()
                            + "\" is not known to be newer than what it would be read through, and"
                            + " PostgreSQL leaves out changes that weren't published when they were"
                            + " made:\n  - "
                            + String.join("\n  - ", doubts)
                            + "\nThe slot holds the catalog from its catalog_xmin on; only what is"
                            + " older was there when it begins. (That can't be told either when"
                            + " another transaction was open, or another slot was behind, while"
                            + " the slot was made.) Make the slot anew, now that the publication is"
                            + " there and such transactions have ended: "
                            + FreshSnapshot.dropSlot(config.slot())
                            + "; SELECT pg_create_logical_replication_slot('"
                            + config.slot()
                            + "', 'pgoutput'), then start the job again. It begins there; for all"
                            + " rows from before "
                            + allRows(server));
        }
    }

    /** A slot that this pipeline may have streamed from isn't one to begin with. */
    private String allRows(ServerIdentity server) throws IOException {
        AskedSlot asked = intent.asked(server.systemIdentifier());
        Lsn from = asked == null ? null : asked.at();
        return from == null || from.equals(existing().confirmedFlush())
                ? "set startup_mode to initial: then the slot needn't be made anew"
                : "drop the slot with the first of these two and set startup_mode to initial: the"
                        + " pipeline makes its own, since it can't tell this one from the one that"
                        + " it made or took up at LSN "
                        + from
                        + " and has streamed from";
    }

    /** A slot from which a stream may start. */
    record ExistingSlot(String name, Lsn confirmed) {

        /**
         * The position asked for, when the slot still holds everything behind it, and the server
         * has come so far: PostgreSQL takes any LSN, and then the slot stands in the future.
         *
         * @param flushed where the server's WAL ends
         */
        Lsn require(Lsn asked, Lsn flushed) throws PgException {
            if (asked.isAfter(flushed)) {
                throw PgException.needsPerson(
                        "startup_mode asks for LSN "
                                + asked
                                + ", but the server's WAL ends at "
                                + flushed
                                + ". Start from an LSN between "
                                + confirmed
                                + ", up to which slot \""
                                + name
                                + "\" was confirmed, and that");
            }
            if (confirmed.isAfter(asked)) {
                throw PgException.needsPerson(
                        "startup_mode asks for LSN "
                                + asked
                                + ", but slot \""
                                + name
                                + "\" was confirmed up to "
                                + confirmed
                                + ": the changes between are gone. Start from "
                                + confirmed
                                + " or later");
            }
            return asked;
        }
    }
}
