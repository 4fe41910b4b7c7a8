package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.enumerator.snapshot.ReadEarlier;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.wal.Lsn;
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
            SourceConfig config,
            PgClient client,
            PipelineSession session,
            CapturedCatalog catalog,
            SlotPreparation slots,
            SlotMadeByHand byHand) {
        this.client = client;
        this.session = session;
        this.catalog = catalog;
        this.slots = slots;
        this.byHand = byHand;
        this.planning = new SnapshotPlanning(config, client, session);
    }

    /** Whether a plan that was made before has the settings of now. */
    boolean isAsNow(SnapshotPlan plan, ServerIdentity server) {
        return planning.isAsNow(plan, server);
    }

    /** One for a bounded pipeline. */
    SnapshotPlan bounded(ServerIdentity server, int epoch, List<TableDescription> tables)
            throws PgException {
        Lsn current = session.ask(ControlSession::currentLsn);
        return keep(client.takeSnapshot(), server, epoch, current, null, tables, null, null);
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
                        client.importSnapshot(slot.snapshotId()),
                        server,
                        epoch,
                        slot.consistentPoint(),
                        null,
                        tables,
                        null,
                        contract);
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
     */
    SnapshotPlan forSlot(
            ServerIdentity server,
            int epoch,
            List<TableDescription> tables,
            @Nullable ReadEarlier earlier,
            CaptureContract contract)
            throws PgException {
        PgClient.LocatedSnapshot snapshot = byHand.locateSnapshot();
        return keep(
                snapshot.keeper(),
                server,
                epoch,
                snapshot.from(),
                snapshot.to(),
                tables,
                earlier,
                contract);
    }

    private SnapshotPlan keep(
            Keeper keeper,
            ServerIdentity server,
            int epoch,
            Lsn consistentPoint,
            @Nullable Lsn end,
            List<TableDescription> tables,
            @Nullable ReadEarlier earlier,
            @Nullable CaptureContract contract)
            throws PgException {
        try {
            SnapshotPlan plan =
                    planning.plan(
                            keeper, server, epoch, consistentPoint, end, tables, earlier, contract);
            catalog.requireUnaltered(plan.schemas(), contract);
            session.keep(keeper, plan);
            return plan;
        } catch (PgException | RuntimeException e) {
            keeper.close();
            throw e;
        }
    }
}
