package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.contract.ContractWatch;
import io.nanosync.flink.pg.source.contract.FollowedServer;
import io.nanosync.flink.pg.source.contract.SlotPreconditions;
import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.enumerator.snapshot.ReadEarlier;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.split.StreamExtension;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.WalPlace;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds tables to a stream that has begun, and removes tables from it; the stream stands still
 * meanwhile. Blocks.
 */
final class StreamAlteration {

    private static final Logger LOG = LoggerFactory.getLogger(StreamAlteration.class);

    private final SourceConfig config;
    private final PipelineSession session;
    private final CapturedCatalog catalog;
    private final SnapshotTaking snapshots;
    private final FinishedTables finished;

    StreamAlteration(
            SourceConfig config,
            PipelineSession session,
            CapturedCatalog catalog,
            SnapshotTaking snapshots,
            FinishedTables finished) {
        this.config = config;
        this.session = session;
        this.catalog = catalog;
        this.snapshots = snapshots;
        this.finished = finished;
    }

    /**
     * Alters a stream. Whether what stays can go on at all comes first: a later life of the
     * pipeline than this state's would miss the tables that are taken out of the publication, and
     * rows of added tables would have been read in vain.
     *
     * @param held the stream as its reader has it
     * @throws PgException when changes are missing of what stays captured, or tables can't be added
     */
    Beginning alter(RunningStream stream, StreamSplit held, AlteredTables altered)
            throws PgException {
        List<Integer> removed = altered.removedOids();
        RunningStream staying = without(removed, stream);
        StreamSplit goesOn = held.extended(staying.granted());
        WalPlace place = goesOn.place();
        FollowedServer server = requireFollowed(place);
        requireCovered(goesOn);
        log(altered);
        if (altered.added().isEmpty()) {
            return new Beginning.GoesOn(staying);
        }
        List<TableDescription> tables = publish(altered);
        CaptureContract contract = catalog.contract(tables);
        if (!config.startup().takesSnapshot()) {
            return fromNowOn(server, stream, removed, tables, contract);
        }
        return new Beginning.FromSnapshot(
                snapshots.forSlot(
                        server.identity(),
                        stream.epoch() + 1,
                        tables,
                        null,
                        contract,
                        new SnapshotPlan.Extended(stream, removed, altered.again(), place)));
    }

    /**
     * Alters a stream anew when the snapshot is lost of tables that were being added to it, or when
     * others are to be added now. What is finished stays, when they are still the same.
     */
    Beginning alterAgain(LostAddition lost, AlteredTables altered) throws PgException {
        FollowedServer server = requireFollowed(lost.place());
        log(altered);
        if (altered.added().isEmpty()) {
            RunningStream before = lost.stream().behind(lost.lost().plan().epoch());
            return new Beginning.GoesOn(without(lost.removed(altered, List.of()), before));
        }
        lost.requireNotReplaced(CapturedCatalog.schemas(describe(altered)));
        List<TableDescription> tables = publish(altered);
        List<TableSchema> added = CapturedCatalog.schemas(tables);
        lost.requireNotReplaced(added);
        LostSnapshot snapshot = lost.lost();
        CaptureContract followed =
                lost.isOf(added) ? finished.followed(server.identity(), snapshot) : null;
        ReadEarlier earlier = followed == null ? null : snapshot.stays();
        return new Beginning.FromSnapshot(
                snapshots.forSlot(
                        server.identity(),
                        snapshot.plan().epoch() + 1,
                        earlier == null ? tables : FinishedTables.unread(tables, earlier),
                        earlier,
                        followed == null ? catalog.contract(tables) : followed,
                        new SnapshotPlan.Extended(
                                lost.stream(),
                                lost.removed(altered, added),
                                altered.again(),
                                lost.place())));
    }

    private FollowedServer requireFollowed(WalPlace place) throws PgException {
        session.releaseSnapshot();
        return session.ask(control -> new SlotPreconditions(config).check(control, place));
    }

    /** What stays captured was covered all the time; its reader looks again behind the snapshot. */
    private void requireCovered(StreamSplit staying) throws PgException {
        session.tell(new ContractWatch(config, staying.tables(), staying.contract())::check);
    }

    /** What a transaction wrote before its table is published is in the snapshot alone. */
    private List<TableDescription> publish(AlteredTables altered) throws PgException {
        new Publishing(config, session).run(altered);
        return describe(altered);
    }

    private List<TableDescription> describe(AlteredTables altered) throws PgException {
        List<TableDescription> tables = catalog.describe(altered.addedNames());
        altered.requireSame(tables);
        return tables;
    }

    private static RunningStream without(List<Integer> removed, RunningStream stream) {
        return stream.extended(
                new StreamExtension(stream.extension() + 1, removed, List.of(), null, List.of()));
    }

    /** Without a snapshot nothing is asked for of added tables but what comes from now on. */
    private Beginning fromNowOn(
            FollowedServer server,
            RunningStream stream,
            List<Integer> removed,
            List<TableDescription> tables,
            CaptureContract contract)
            throws PgException {
        return new Beginning.GoesOn(
                stream.extended(
                        new StreamExtension(
                                stream.extension() + 1,
                                removed,
                                CapturedCatalog.schemas(tables),
                                contract,
                                List.of(snapshots.unread(server.timeline(), tables, contract)))));
    }

    private void log(AlteredTables altered) {
        if (altered.isNone()) {
            return;
        }
        LOG.info("Pipeline {}: {}", config.pipeline(), altered);
        List<QualifiedName> unnamed = altered.notNamed(config.tables());
        if (!unnamed.isEmpty()) {
            LOG.warn(
                    "Pipeline {} captures {} from now on, which the configured tables don't name"
                            + " but stand for. To leave one out, configure !{} too",
                    config.pipeline(),
                    unnamed,
                    unnamed.get(0));
        }
    }
}
