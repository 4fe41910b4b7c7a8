package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.enumerator.snapshot.ReadEarlier;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import io.nanosync.flink.pg.wal.Timeline;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes a snapshot, plans how it is read, and has the session keep it. Blocks. */
final class SnapshotTaking {

    private final PgClient client;
    private final PipelineSession session;
    private final CapturedCatalog catalog;
    private final SlotPreparation slots;
    private final SlotMadeByHand byHand;
    private final SnapshotPlanning planning;

    SnapshotTaking(
            PgClient client,
            PipelineSession session,
            CapturedCatalog catalog,
            SlotPreparation slots,
            SlotMadeByHand byHand,
            SnapshotPlanning planning) {
        this.client = client;
        this.session = session;
        this.catalog = catalog;
        this.slots = slots;
        this.byHand = byHand;
        this.planning = planning;
    }

    /**
     * One for a bounded pipeline.
     *
     * @param first where it lies at the earliest: rows are put in order by LSN, and a server that
     *     nobody writes to stays where it was when the snapshot before it was taken
     */
    SnapshotPlan bounded(ServerIdentity server, int epoch, List<TableDescription> tables, Lsn first)
            throws PgException {
        Lsn current = session.ask(ControlSession::currentLsn);
        return keep(
                new PlacedSnapshot(client.takeSnapshot(), Lsn.max(current, first), null),
                server,
                epoch,
                tables,
                null,
                null,
                null);
    }

    /** One that comes with a new slot. */
    @SuppressWarnings(
            "try") // The slot is closed early on failure: it can't be dropped while its connection
    // is open.
    SnapshotPlan withSlot(ServerIdentity server, int epoch, List<TableDescription> tables)
            throws IOException {
        CaptureContract contract = catalog.contract(tables);
        try (PgClient.ExportedSlot slot = slots.export(server)) {
            try {
                return keep(
                        new PlacedSnapshot(
                                client.importSnapshot(slot.snapshotId()),
                                slot.consistentPoint(),
                                null),
                        server,
                        epoch,
                        tables,
                        null,
                        contract,
                        null);
            } catch (PgException | RuntimeException e) {
                slot.close();
                slots.dropAfter(e);
                throw e;
            }
        }
    }

    /**
     * One for a slot that is there.
     *
     * @param earlier see {@link SnapshotPlan}
     * @param extended see {@link SnapshotPlan}
     */
    SnapshotPlan forSlot(
            ServerIdentity server,
            int epoch,
            List<TableDescription> tables,
            @Nullable ReadEarlier earlier,
            CaptureContract contract,
            SnapshotPlan.@Nullable Extended extended)
            throws PgException {
        // What still holds the slot for a stream that has begun is its own to wait for.
        PgClient.LocatedSnapshot snapshot =
                extended == null ? byHand.locateSnapshot() : byHand.locateSnapshotBesideStream();
        return keep(
                new PlacedSnapshot(snapshot.keeper(), snapshot.from(), snapshot.to()),
                server,
                epoch,
                tables,
                earlier,
                contract,
                extended);
    }

    /**
     * None for a slot that is there: only what one would show now.
     *
     * @param timeline of the server
     * @return what the stream leaves out of these tables
     */
    SnapshotBoundary unread(
            Timeline timeline, List<TableDescription> tables, CaptureContract contract)
            throws PgException {
        PgClient.LocatedSnapshot snapshot = byHand.locateSnapshotBesideStream();
        try (Keeper keeper = snapshot.keeper()) {
            List<TableSchema> schemas = CapturedCatalog.schemas(tables);
            catalog.requireUnaltered(schemas, schemas, contract);
            return SnapshotBoundary.of(
                            keeper.identity().contents(),
                            schemas.stream().map(TableSchema::oid).toList(),
                            snapshot.to())
                    .on(timeline);
        }
    }

    private SnapshotPlan keep(
            PlacedSnapshot snapshot,
            ServerIdentity server,
            int epoch,
            List<TableDescription> tables,
            @Nullable ReadEarlier earlier,
            @Nullable CaptureContract contract,
            SnapshotPlan.@Nullable Extended extended)
            throws PgException {
        try {
            SnapshotPlan plan =
                    planning.plan(snapshot, server, epoch, tables, earlier, contract, extended);
            catalog.requireUnaltered(plan.schemas(), CapturedCatalog.schemas(tables), contract);
            session.keep(snapshot.keeper(), plan);
            return plan;
        } catch (PgException | RuntimeException e) {
            snapshot.keeper().close();
            throw e;
        }
    }
}
