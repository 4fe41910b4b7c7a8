package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.client.TableSelection;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.enumerator.snapshot.ReadEarlier;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import io.nanosync.flink.pg.wal.Timeline;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that is done on the server before the first split: checks, publication, slot,
 * snapshot. Blocks; runs on the enumerator's I/O thread and ends soon when that is interrupted.
 */
final class Preparation {

    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

    private final SourceConfig config;
    private final PipelineSession session;
    private final SlotPreparation slots;
    private final SlotMadeByHand byHand;
    private final CapturedCatalog catalog;
    private final SnapshotPlanning planning;
    private final SnapshotTaking snapshots;
    private final FinishedTables finished;
    private final DeliveryRecord delivered;

    Preparation(SourceConfig config, PgClient client, PipelineSession session, MadeSlots made) {
        this.config = config;
        this.session = session;
        IntentFile intent = new IntentFile(config);
        this.slots = new SlotPreparation(config, client, session, intent, made);
        this.byHand = new SlotMadeByHand(config, client, session, intent);
        this.catalog = new CapturedCatalog(config, session);
        this.planning = new SnapshotPlanning(config, client, session);
        this.snapshots = new SnapshotTaking(client, session, catalog, slots, byHand, planning);
        this.finished = new FinishedTables(config, session, slots);
        this.delivered = new DeliveryRecord(config);
    }

    /** What alters the tables of a stream that has begun. */
    StreamAlteration alteration() {
        return new StreamAlteration(config, session, catalog, snapshots, finished);
    }

    /** Begins a pipeline that has no state. */
    Beginning begin() throws IOException {
        ServerIdentity server = session.ask(ControlSession::identity);
        TableSelection selection =
                session.ask(control -> CapturedTables.select(control, config.tables()));
        selection.findings().forEach(finding -> PreflightOutcome.tell(config, finding));
        List<QualifiedName> names = selection.tables();
        SnapshotPlan kept = takeOver(server, names);
        if (kept != null) {
            requirePassed(session.ask(new SlotWithoutState(config)::findings));
            return new Beginning.FromSnapshot(kept);
        }
        preflight(names);
        List<TableDescription> tables = catalog.describe(names);
        StartupMode startup = config.startup();
        if (startup instanceof StartupMode.Snapshot) {
            requireKey(tables);
            return new Beginning.FromSnapshot(snapshots.bounded(server, 1, tables, Lsn.NONE));
        }
        if (startup instanceof StartupMode.Slot) {
            return fromEarlier(server, tables, byHand.start().confirmed());
        }
        if (startup instanceof StartupMode.At at) {
            Lsn flushed = session.ask(ControlSession::flushedLsn);
            return fromEarlier(server, tables, byHand.start().require(at.lsn(), flushed));
        }
        boolean streamOnly = startup instanceof StartupMode.Latest;
        SlotState handMade = slots.removeOwn(server);
        if (handMade == null) {
            delivered.withdraw();
            return createSlot(server, names, tables, streamOnly);
        }
        if (streamOnly) {
            throw SlotPreparation.isThere(
                    handMade, "startup_mode latest begins with a slot of its own");
        }
        return fromSlotMadeByHand(server, names, tables);
    }

    /** In a snapshot that stands alone rows are told apart by a key as they are behind one. */
    private void requireKey(List<TableDescription> tables) throws PgException {
        for (TableDescription table : tables) {
            TableSchema schema = table.schema();
            for (List<String> names : config.appliedKeys(schema.name())) {
                Set<String> key = Set.copyOf(names);
                if (!key.equals(Set.copyOf(schema.primaryKey()))
                        && !key.equals(Set.copyOf(schema.appliedKey()))) {
                    throw PgException.needsPerson(
                            "Rows of "
                                    + schema.name()
                                    + " are told apart by its key ("
                                    + String.join(", ", names)
                                    + "), which it hasn't any more. Plan the statement again");
                }
            }
        }
    }

    /** Begins at a position that was there before: where the catalog may have been another. */
    private Beginning fromEarlier(ServerIdentity server, List<TableDescription> tables, Lsn from)
            throws IOException {
        CaptureContract contract = catalog.contract(tables);
        byHand.requireCatalogOf(server, CapturedCatalog.schemas(tables), contract);
        return new Beginning.FromStream(stream(server, tables, contract, from));
    }

    /**
     * The snapshot that an enumerator before this one took, when it is the one that would be taken
     * now; else it is released. That enumerator died before its first checkpoint, so no row was
     * handed out under it to a job that goes on.
     */
    private @Nullable SnapshotPlan takeOver(ServerIdentity server, List<QualifiedName> names)
            throws PgException {
        SnapshotPlan kept = session.livePlan();
        if (kept == null) {
            return null;
        }
        String difference = differenceTo(kept, server, names);
        if (difference != null) {
            LOG.info(
                    "Not taking over the snapshot of pipeline {}: {}",
                    config.pipeline(),
                    difference);
            session.releaseSnapshot();
            return null;
        }
        LOG.info(
                "Taking over the snapshot of pipeline {}, epoch {}",
                config.pipeline(),
                kept.epoch());
        return kept;
    }

    private @Nullable String differenceTo(
            SnapshotPlan kept, ServerIdentity server, List<QualifiedName> names)
            throws PgException {
        if (!config.startup().takesSnapshot()) {
            return "no snapshot is asked for any more";
        }
        if (kept.earlier() != null || kept.extended() != null) {
            return "it goes on from what state tells was read";
        }
        if (!kept.timeline().isSame(planning.timeline(server))) {
            return "it is another server's";
        }
        if (!planning.isAsNow(kept, server)) {
            return "it was planned with other settings";
        }
        if (!kept.schemas().stream().map(TableSchema::name).toList().equals(names)) {
            return "other tables are asked for";
        }
        String altered = catalog.altered(kept.schemas(), kept.contract());
        if (altered != null) {
            return altered + " was altered";
        }
        return config.startup() instanceof StartupMode.Snapshot || slots.follows(kept)
                ? null
                : "the slot is gone or has moved";
    }

    /**
     * Takes another snapshot after one was lost. Where tables are finished, and the slot still
     * holds what follows their rows, the others are read under a later snapshot for the same slot.
     * Else all are read again, and the slot is made anew too: the stream hasn't begun.
     *
     * @throws PgException when the stream has begun all the same: the state is an old one
     */
    SnapshotPlan restart(LostSnapshot lost) throws IOException {
        session.releaseSnapshot();
        SnapshotPlan before = lost.plan();
        ServerIdentity server = session.ask(ControlSession::identity);
        requireSameServer(config, server, before.timeline());
        List<QualifiedName> names = before.schemas().stream().map(TableSchema::name).toList();
        boolean bounded = config.startup() instanceof StartupMode.Snapshot;
        CaptureContract contract = bounded ? null : finished.followed(server, lost);
        if (contract != null) {
            return restartUnread(server, lost, contract, names);
        }
        // In front of all that would say how to make a publication, or that a table was altered.
        boolean publishes = bounded || isReplaceable(before.contract());
        if (!publishes) {
            requirePublication();
        }
        preflightAgain(names, names, before.ownSlot());
        List<TableDescription> tables = catalog.describe(names);
        catalog.requireSame(before.schemas(), tables);
        int epoch = before.epoch() + 1;
        if (bounded) {
            return snapshots.bounded(server, epoch, tables, before.consistentPoint().next());
        }
        requireTakenBack(lost);
        boolean slotStays = slotStays(server, before);
        Start<SnapshotPlan> start =
                () ->
                        slotStays
                                ? snapshots.forSlot(
                                        server, epoch, tables, null, catalog.contract(tables), null)
                                : snapshots.withSlot(server, epoch, tables);
        return publishes ? withPublication(names, start) : start.begin();
    }

    private SnapshotPlan restartUnread(
            ServerIdentity server,
            LostSnapshot lost,
            CaptureContract contract,
            List<QualifiedName> names)
            throws PgException {
        SnapshotPlan before = lost.plan();
        ReadEarlier earlier = lost.stays();
        List<QualifiedName> unread =
                before.schemas().stream()
                        .filter(table -> !earlier.contains(table))
                        .map(TableSchema::name)
                        .toList();
        preflightAgain(names, unread, before.ownSlot());
        List<TableDescription> tables = catalog.describe(unread);
        catalog.requireSame(before.schemas(), tables);
        try {
            return snapshots.forSlot(server, before.epoch() + 1, tables, earlier, contract, null);
        } catch (PgException e) {
            // It may take half an hour.
            if (before.ownSlot() && !slots.follows(before)) {
                throw PgException.tryAgain(
                        "All tables of pipeline "
                                + config.pipeline()
                                + " are read again when the job restarts: "
                                + e.getMessage());
            }
            throw e;
        }
    }

    /**
     * Drops the slot of a snapshot that is lost as a whole, when the pipeline made it.
     *
     * @return whether one is still there
     */
    private boolean slotStays(ServerIdentity server, SnapshotPlan lost) throws IOException {
        if (lost.ownSlot()) {
            return slots.dropUnmoved(server, lost.streamStart()) != null;
        }
        byHand.requireUnread(lost.streamStart());
        return true;
    }

    /**
     * One that is made in place of a publication has all rows, columns and changes of its tables.
     */
    private static boolean isReplaceable(@Nullable CaptureContract contract) {
        return contract == null || contract.isOfWholeTables();
    }

    private void requirePublication() throws PgException {
        if (session.ask(control -> control.publication(config.publication()) == null)) {
            throw PgException.needsPerson(
                    "Publication \""
                            + config.publication()
                            + "\" is gone, which had been made by hand, not for all changes of just"
                            + " these tables. Make it again as it was (CREATE PUBLICATION "
                            + QualifiedName.quote(config.publication())
                            + " ...) and start the job again: it reads all tables anew");
        }
    }

    private void requireTakenBack(LostSnapshot lost) throws PgException {
        if (!lost.emitted().isEmpty() && !config.restartsSnapshot()) {
            throw PgException.needsPerson(
                    FreshSnapshot.rowsStay(config, "and what follows its rows as well"));
        }
    }

    /** Refuses another server than the one that the state belongs to. */
    static void requireSameServer(SourceConfig config, ServerIdentity server, Timeline timeline)
            throws PgException {
        if (server.systemIdentifier() != timeline.systemIdentifier()) {
            throw PgException.needsPerson(
                    "The state of this pipeline belongs to the PostgreSQL cluster with system"
                            + " identifier "
                            + Long.toUnsignedString(timeline.systemIdentifier())
                            + ", this server is "
                            + Long.toUnsignedString(server.systemIdentifier())
                            + ". Point the connection at the former server. "
                            + FreshSnapshot.remedy(config));
        }
    }

    private void preflight(List<QualifiedName> names) throws PgException {
        requirePassed(session.ask(control -> PipelinePreflight.run(control, config, names, false)));
    }

    private void preflightAgain(
            List<QualifiedName> names, List<QualifiedName> unread, boolean ownSlot)
            throws PgException {
        requirePassed(
                session.ask(
                        control ->
                                PipelinePreflight.ofRestart(
                                        control, config, names, unread, ownSlot)));
    }

    private void requirePassed(List<Finding> findings) throws PgException {
        new PreflightOutcome(config, findings).requirePassed();
    }

    private Beginning createSlot(
            ServerIdentity server,
            List<QualifiedName> names,
            List<TableDescription> tables,
            boolean streamOnly)
            throws IOException {
        // pgoutput looks up the publication in the catalog as it was at each change, so it has to
        // be older than the slot.
        return withPublication(
                names,
                () ->
                        streamOnly
                                ? new Beginning.FromStream(streamFromNewSlot(server, tables))
                                : new Beginning.FromSnapshot(
                                        snapshots.withSlot(server, 1, tables)));
    }

    /** Begins when the publication is there; one that was made for this is dropped on failure. */
    private <T> T withPublication(List<QualifiedName> names, Start<T> start) throws IOException {
        boolean created = createPublication(names);
        try {
            return start.begin();
        } catch (IOException | RuntimeException e) {
            if (created) {
                dropPublicationAfter(e);
            }
            throw e;
        }
    }

    /** What is done behind the publication. */
    @FunctionalInterface
    private interface Start<T> {
        T begin() throws IOException;
    }

    private Beginning fromSlotMadeByHand(
            ServerIdentity server, List<QualifiedName> names, List<TableDescription> tables)
            throws IOException {
        return withPublication(
                names,
                () ->
                        new Beginning.FromSnapshot(
                                snapshots.forSlot(
                                        server, 1, tables, null, catalog.contract(tables), null)));
    }

    @SuppressWarnings("try") // As below.
    private StreamSplit streamFromNewSlot(ServerIdentity server, List<TableDescription> tables)
            throws IOException {
        CaptureContract contract = catalog.contract(tables);
        try (PgClient.ExportedSlot slot = slots.export(server)) {
            try {
                List<TableSchema> schemas = CapturedCatalog.schemas(tables);
                catalog.requireUnaltered(schemas, schemas, contract);
                return stream(server, tables, contract, slot.consistentPoint());
            } catch (PgException | RuntimeException e) {
                slot.close();
                slots.dropAfter(e);
                throw e;
            }
        }
    }

    private boolean createPublication(List<QualifiedName> names) throws PgException {
        return session.ask(
                control -> {
                    if (control.publication(config.publication()) != null) {
                        return false;
                    }
                    control.createPublication(
                            config.publication(),
                            names,
                            PublicationMark.of(config, control.identity()));
                    return true;
                });
    }

    private void dropPublicationAfter(Exception failure) {
        try {
            session.tell(control -> control.dropPublication(config.publication()));
        } catch (PgException e) {
            failure.addSuppressed(e);
        }
    }

    private StreamSplit stream(
            ServerIdentity server,
            List<TableDescription> tables,
            CaptureContract contract,
            Lsn from)
            throws PgException {
        return new StreamSplit(
                planning.timeline(server),
                StreamPosition.at(from),
                CapturedCatalog.schemas(tables),
                contract,
                List.of(),
                0);
    }
}
