package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.client.PgClient;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.config.Partitioning;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.enumerator.snapshot.ReadEarlier;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.Timeline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a snapshot is read that a keeper holds, by the configuration and by what the server can. */
final class SnapshotPlanning {

    private final SourceConfig config;
    private final PgClient client;
    private final PipelineSession session;

    SnapshotPlanning(SourceConfig config, PgClient client, PipelineSession session) {
        this.config = config;
        this.client = client;
        this.session = session;
    }

    /** Whether a plan that was made before has the settings of now. */
    boolean isAsNow(SnapshotPlan plan, ServerIdentity server) {
        return plan.blocksPerSplit() == blocksPerSplit(server)
                && plan.workers() == workers(server)
                && plan.tables().stream()
                        .allMatch(
                                table ->
                                        table.partitioning()
                                                .equals(
                                                        config.partitioning(
                                                                table.schema().name())));
    }

    /**
     * Plans how tables are read. Tables that are divided by a column are read for that, which may
     * take minutes.
     *
     * @param earlier see {@link SnapshotPlan}
     * @param extended see {@link SnapshotPlan}
     */
    SnapshotPlan plan(
            PlacedSnapshot snapshot,
            ServerIdentity server,
            int epoch,
            List<TableDescription> tables,
            @Nullable ReadEarlier earlier,
            @Nullable CaptureContract contract,
            SnapshotPlan.@Nullable Extended extended)
            throws PgException {
        return new SnapshotPlan(
                timeline(server),
                epoch,
                snapshot.keeper().identity(),
                snapshot.consistentPoint(),
                snapshot.end(),
                blocksPerSplit(server),
                workers(server),
                plans(snapshot.keeper(), server, streamStart(snapshot, earlier, extended), tables),
                earlier,
                contract,
                extended);
    }

    /**
     * The timeline of a server. A snapshot that no stream follows needs no more than its number,
     * and its role may not be allowed to ask.
     */
    Timeline timeline(ServerIdentity server) throws PgException {
        return config.startup() instanceof StartupMode.Snapshot
                ? Timeline.numbered(server.systemIdentifier(), server.timeline())
                : session.ask(control -> control.timelineHistory(server)).timeline();
    }

    /** See {@link SnapshotPlan#streamStart}. */
    private static Lsn streamStart(
            PlacedSnapshot snapshot,
            @Nullable ReadEarlier earlier,
            SnapshotPlan.@Nullable Extended extended) {
        if (extended != null) {
            return extended.place().lsn();
        }
        return earlier == null ? snapshot.consistentPoint() : earlier.streamStart();
    }

    /** Before 14 there is no TID range scan: each range would read the whole table. */
    private static boolean readsRanges(ServerIdentity server) {
        return server.major() >= 14;
    }

    private long blocksPerSplit(ServerIdentity server) {
        return readsRanges(server) ? config.partitionBlocks() : Long.MAX_VALUE;
    }

    private int workers(ServerIdentity server) {
        return readsRanges(server) ? config.snapshotWorkers() : 1;
    }

    private List<SnapshotPlan.TablePlan> plans(
            Keeper keeper, ServerIdentity server, Lsn streamStart, List<TableDescription> tables)
            throws PgException {
        List<SnapshotPlan.TablePlan> plans = new ArrayList<>();
        try (TableDivision division =
                new TableDivision(
                        client, keeper.identity(), workers(server), whileDividing(streamStart))) {
            for (TableDescription table : tables) {
                Partitioning by = config.partitioning(table.schema().name());
                plans.add(
                        new SnapshotPlan.TablePlan(
                                table.schema(),
                                by,
                                division.divide(keeper.files(table.schema().oid()), by),
                                table.estimatedRows()));
            }
        }
        return plans;
    }

    /**
     * Nobody else looks at the slot yet: it is watched and touched like later, and the control
     * connection shows that the server is there.
     */
    private TableDivision.Meanwhile whileDividing(Lsn streamStart) {
        if (config.startup() instanceof StartupMode.Snapshot) {
            return () -> session.tell(ControlSession::identity);
        }
        SlotWatch slot = new SlotWatch(config, session, () -> streamStart);
        return () -> {
            session.tell(ControlSession::identity);
            slot.look();
        };
    }
}
