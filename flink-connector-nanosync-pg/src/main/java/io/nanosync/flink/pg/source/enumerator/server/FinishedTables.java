package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.contract.ContractWatch;
import io.nanosync.flink.pg.source.enumerator.snapshot.LostSnapshot;
import io.nanosync.flink.pg.source.enumerator.snapshot.ReadEarlier;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether tables that are finished stay as they were read when their snapshot is lost. Blocks. */
record FinishedTables(SourceConfig config, PipelineSession session, SlotPreparation slots) {

    private static final Logger LOG = LoggerFactory.getLogger(FinishedTables.class);

    /**
     * The contract under which every change behind what was read is in the slot; null when that
     * can't be said, or nothing is finished.
     */
    @Nullable CaptureContract followed(ServerIdentity server, LostSnapshot lost)
            throws PgException {
        if (!lost.hasFinished()) {
            return null;
        }
        SnapshotPlan before = lost.plan();
        ContractWatch watch = new ContractWatch(config, before.schemas(), before.contract());
        String doubt;
        if (before.contract() == null) {
            doubt = "the state doesn't say what was captured";
        } else if (!session.ask(control -> control.timelineHistory(server))
                        .timeline()
                        .isSame(before.timeline())
                || !lost.wasReachedBy(session.ask(ControlSession::flushedLsn))) {
            doubt = "the server is not the one that was read, or was set back";
        } else if (!slots.follows(before)) {
            doubt = "the slot is gone, lost or has moved";
        } else {
            doubt = session.ask(watch::breach).map(Exception::getMessage).orElse(null);
        }
        if (doubt != null) {
            LOG.warn(
                    "Pipeline {} reads finished tables again as well: {}",
                    config.pipeline(),
                    doubt);
            return null;
        }
        return watch.contract();
    }

    /** Those of the tables that aren't finished. */
    static List<TableDescription> unread(List<TableDescription> tables, ReadEarlier earlier) {
        return tables.stream().filter(table -> !earlier.contains(table.schema())).toList();
    }
}
