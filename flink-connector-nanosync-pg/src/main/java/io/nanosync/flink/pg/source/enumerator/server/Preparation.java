package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.Finding;
import io.nanosync.flink.pg.client.Keeper;
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
import io.nanosync.flink.pg.relation.contract.CatalogReading;
import io.nanosync.flink.pg.source.contract.ContractWatch;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
    private final PgClient client;
    private final PipelineSession session;
    private final SlotPreparation slots;
    private final SlotMadeByHand byHand;
    private final SnapshotPlanning planning;

    Preparation(SourceConfig config, PgClient client, PipelineSession session, MadeSlots made) {
        this.config = config;
        this.client = client;
        this.session = session;
        this.slots = new SlotPreparation(config, client, session, new IntentFile(config), made);
        this.byHand = new SlotMadeByHand(config, client, session);
        this.planning = new SnapshotPlanning(config, client, session);
    }

    /** Begins a pipeline that has no state. */
    Beginning begin() throws IOException {
        ServerIdentity server = session.ask(ControlSession::identity);
        TableSelection selection =
                session.ask(control -> CapturedTables.select(control, config.tables()));
        selection.findings().forEach(this::warn);
        List<QualifiedName> names = selection.tables();
        SnapshotPlan kept = takeOver(server, names);
        if (kept != null) {
            return new Beginning.FromSnapshot(kept);
        }
        preflight(names);
        List<TableDescription> tables =
                session.ask(control -> CapturedTables.describe(control, names, publication()));
        StartupMode startup = config.startup();
        if (startup instanceof StartupMode.Snapshot) {
            return new Beginning.FromSnapshot(keepOwnSnapshot(server, 1, tables));
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
            return createSlot(server, names, tables, streamOnly);
        }
        if (streamOnly) {
            throw SlotPreparation.isThere(
                    handMade, "startup_mode latest begins with a slot of its own");
        }
        return fromSlotMadeByHand(server, names, tables);
    }

    /** Begins at a position that was there before: where the catalog may have been another. */
    private Beginning fromEarlier(ServerIdentity server, List<TableDescription> tables, Lsn from)
            throws PgException {
        CaptureContract contract = contract(tables);
        byHand.requireCatalogOf(schemas(tables), contract);
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
        if (kept.systemIdentifier() != server.systemIdentifier()
                || kept.timeline() != server.timeline()) {
            return "it is another server's";
        }
        if (!planning.isAsNow(kept, server)) {
            return "it was planned with other settings";
        }
        if (!kept.schemas().stream().map(TableSchema::name).toList().equals(names)) {
            return "other tables are asked for";
        }
        String altered = altered(kept.schemas(), kept.contract());
        if (altered != null) {
            return altered + " was altered";
        }
        return config.startup() instanceof StartupMode.Snapshot || slots.follows(kept)
                ? null
                : "the slot is gone or has moved";
    }

    /**
     * Takes the snapshot anew after it was lost; the stream hasn't begun, so the slot is made anew
     * too.
     *
     * @throws PgException when the stream has begun all the same: the state is an old one
     */
    SnapshotPlan restart(SnapshotPlan lost) throws IOException {
        session.releaseSnapshot();
        ServerIdentity server = session.ask(ControlSession::identity);
        requireSameServer(config, server, lost.systemIdentifier());
        List<QualifiedName> names = lost.schemas().stream().map(schema -> schema.name()).toList();
        preflight(names);
        List<TableDescription> tables =
                session.ask(control -> CapturedTables.describe(control, names, publication()));
        requireSameSchemas(lost, tables);
        int epoch = lost.epoch() + 1;
        if (config.startup() instanceof StartupMode.Snapshot) {
            return keepOwnSnapshot(server, epoch, tables);
        }
        if (lost.end() != null) {
            byHand.requireUnread(lost.consistentPoint());
            return locate(server, epoch, tables);
        }
        slots.dropUnmoved(server, lost.consistentPoint());
        return exportWithSlot(server, epoch, tables);
    }

    /** Refuses another server than the one that the state belongs to. */
    static void requireSameServer(SourceConfig config, ServerIdentity server, long systemIdentifier)
            throws PgException {
        if (server.systemIdentifier() != systemIdentifier) {
            throw PgException.needsPerson(
                    "The state of this pipeline belongs to the PostgreSQL cluster with system"
                            + " identifier "
                            + Long.toUnsignedString(systemIdentifier)
                            + ", this server is "
                            + Long.toUnsignedString(server.systemIdentifier())
                            + ". Point the connection at the former server. "
                            + FreshSnapshot.remedy(config));
        }
    }

    private void requireSameSchemas(SnapshotPlan lost, List<TableDescription> tables)
            throws PgException {
        QualifiedName altered = firstAltered(lost.schemas(), tables);
        if (altered != null) {
            throw PgException.needsPerson(
                    "Table "
                            + altered
                            + " was altered while its snapshot was lost and has to be read"
                            + " again. "
                            + FreshSnapshot.remedy(config));
        }
    }

    /** The first table that doesn't look as before; null when all do. Both in the same order. */
    private static @Nullable QualifiedName firstAltered(
            List<TableSchema> before, List<TableDescription> now) {
        for (int i = 0; i < before.size(); i++) {
            if (!now.get(i).schema().looksLike(before.get(i))) {
                return before.get(i).name();
            }
        }
        return null;
    }

    /** Through what the tables are streamed; null for a bounded snapshot. */
    private @Nullable String publication() {
        return config.startup() instanceof StartupMode.Snapshot ? null : config.publication();
    }

    private void warn(Finding finding) {
        LOG.warn("Preflight of pipeline {}: {}", config.pipeline(), finding);
    }

    private void preflight(List<QualifiedName> names) throws PgException {
        List<Finding> findings =
                session.ask(control -> PipelinePreflight.run(control, config, names, false));
        List<String> stops = new ArrayList<>();
        boolean passes = true;
        for (Finding finding : findings) {
            if (finding.stops()) {
                stops.add(finding.toString());
                passes &= finding.severity() == Finding.Severity.SHORTAGE;
            } else {
                warn(finding);
            }
        }
        if (!stops.isEmpty()) {
            String message =
                    "Pipeline "
                            + config.pipeline()
                            + " can't start on "
                            + config.connection().address()
                            + "/"
                            + config.connection().database()
                            + ":\n  - "
                            + String.join("\n  - ", stops);
            throw passes ? PgException.tryAgain(message) : PgException.needsPerson(message);
        }
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
                                : new Beginning.FromSnapshot(exportWithSlot(server, 1, tables)));
    }

    /** Begins when the publication is there; one that was made for this is dropped on failure. */
    private Beginning withPublication(List<QualifiedName> names, Start start) throws IOException {
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
    private interface Start {
        Beginning begin() throws IOException;
    }

    private Beginning fromSlotMadeByHand(
            ServerIdentity server, List<QualifiedName> names, List<TableDescription> tables)
            throws IOException {
        LOG.warn(
                "Slot {} is there and pipeline {} has no state: it reads all rows now, and then"
                    + " what the slot holds from there on. If the job was meant to be resumed, stop"
                    + " it and start it from its checkpoint or savepoint: once the stream has"
                    + " begun, the slot moves on",
                config.slot(),
                config.pipeline());
        return withPublication(names, () -> new Beginning.FromSnapshot(locate(server, 1, tables)));
    }

    /** A snapshot for a slot that was there before. */
    private SnapshotPlan locate(ServerIdentity server, int epoch, List<TableDescription> tables)
            throws PgException {
        CaptureContract contract = contract(tables);
        PgClient.LocatedSnapshot snapshot = byHand.locateSnapshot();
        return keep(
                snapshot.keeper(), server, epoch, snapshot.from(), snapshot.to(), tables, contract);
    }

    @SuppressWarnings("try") // As below.
    private StreamSplit streamFromNewSlot(ServerIdentity server, List<TableDescription> tables)
            throws IOException {
        CaptureContract contract = contract(tables);
        try (PgClient.ExportedSlot slot = slots.export(server)) {
            try {
                requireUnaltered(tables, contract);
                return stream(server, tables, contract, slot.consistentPoint());
            } catch (PgException | RuntimeException e) {
                slot.close();
                slots.dropAfter(e);
                throw e;
            }
        }
    }

    /** What the catalog says; read before a slot's start is fixed, and compared behind it. */
    private CaptureContract contract(List<TableDescription> tables) throws PgException {
        ContractWatch watch = new ContractWatch(config, schemas(tables), null);
        session.tell(watch::check);
        return Objects.requireNonNull(watch.contract(), "made by the first check");
    }

    private static List<TableSchema> schemas(List<TableDescription> tables) {
        return tables.stream().map(TableDescription::schema).toList();
    }

    private boolean createPublication(List<QualifiedName> names) throws PgException {
        return session.ask(
                control -> {
                    if (control.publication(config.publication()) != null) {
                        return false;
                    }
                    control.createPublication(config.publication(), names);
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

    @SuppressWarnings(
            "try") // The slot is closed early on failure: it can't be dropped while its connection
    // is open.
    private SnapshotPlan exportWithSlot(
            ServerIdentity server, int epoch, List<TableDescription> tables) throws IOException {
        CaptureContract contract = contract(tables);
        try (PgClient.ExportedSlot slot = slots.export(server)) {
            try {
                Keeper keeper = client.importSnapshot(slot.snapshotId());
                return keep(keeper, server, epoch, slot.consistentPoint(), null, tables, contract);
            } catch (PgException | RuntimeException e) {
                slot.close();
                slots.dropAfter(e);
                throw e;
            }
        }
    }

    private SnapshotPlan keepOwnSnapshot(
            ServerIdentity server, int epoch, List<TableDescription> tables) throws PgException {
        Lsn current = session.ask(ControlSession::currentLsn);
        return keep(client.takeSnapshot(), server, epoch, current, null, tables, null);
    }

    private SnapshotPlan keep(
            Keeper keeper,
            ServerIdentity server,
            int epoch,
            Lsn consistentPoint,
            @Nullable Lsn end,
            List<TableDescription> tables,
            @Nullable CaptureContract contract)
            throws PgException {
        try {
            SnapshotPlan plan =
                    planning.plan(keeper, server, epoch, consistentPoint, end, tables, contract);
            requireUnaltered(tables, contract);
            session.keep(keeper, plan);
            return plan;
        } catch (PgException | RuntimeException e) {
            keeper.close();
            throw e;
        }
    }

    /**
     * Tables and publication were read before the slot's start was fixed; that they look the same
     * afterwards says that they looked so then too.
     *
     * @param contract null for a bounded snapshot, which streams nothing
     */
    private void requireUnaltered(List<TableDescription> tables, @Nullable CaptureContract contract)
            throws PgException {
        String altered = altered(schemas(tables), contract);
        if (altered != null) {
            throw PgException.tryAgain(
                    altered
                            + " was altered while the snapshot of pipeline "
                            + config.pipeline()
                            + " was being taken. It is taken anew when the job restarts");
        }
    }

    /** The first table that isn't exactly as before, or the publication; null when all is. */
    private @Nullable String altered(List<TableSchema> before, @Nullable CaptureContract contract)
            throws PgException {
        List<TableSchema> now;
        CaptureContract contractNow = null;
        if (contract == null) {
            List<QualifiedName> names = before.stream().map(TableSchema::name).toList();
            now =
                    schemas(
                            session.ask(
                                    control ->
                                            CapturedTables.describe(
                                                    control, names, publication())));
        } else {
            CatalogReading reading =
                    session.ask(control -> control.readCatalog(config.publication(), before));
            now = reading.schemas();
            contractNow = reading.contract();
        }
        List<TableSchema> differ = new ArrayList<>(before);
        differ.removeAll(now);
        if (!differ.isEmpty()) {
            return "Table " + differ.get(0).name();
        }
        return Objects.equals(contract, contractNow)
                ? null
                : "Publication \"" + config.publication() + "\" or a partition";
    }

    private static StreamSplit stream(
            ServerIdentity server,
            List<TableDescription> tables,
            CaptureContract contract,
            Lsn from) {
        return new StreamSplit(
                server.systemIdentifier(),
                server.timeline(),
                StreamPosition.at(from),
                schemas(tables),
                contract,
                List.of());
    }
}
