package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.relation.contract.CaptureContract;
import io.nanosync.flink.pg.source.contract.ContractWatch;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.source.split.StreamExtension;
import io.nanosync.flink.pg.source.split.StreamSplit;
import io.nanosync.flink.pg.wal.Lsn;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is looked at of the server from time to time: the slot, and, as long as no reader does, what
 * is captured. {@link #look} and {@link #checkContract} block.
 */
final class PipelineWatch {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineWatch.class);

    /** Gives the session of the pipeline, and opens it when there is none. */
    @FunctionalInterface
    interface Sessions {
        PipelineSession open() throws PgException;
    }

    private final SourceConfig config;
    private final Sessions sessions;
    private volatile @Nullable SlotWatch slot;
    private volatile @Nullable ContractWatch contract;
    private volatile @Nullable SnapshotPlan reading;
    private volatile @Nullable Lsn streamStart;

    PipelineWatch(SourceConfig config, Sessions sessions) {
        this.config = config;
        this.sessions = sessions;
    }

    /** From now on a snapshot is read. */
    void at(SnapshotPlan plan) {
        reading = plan;
        streamStart = plan.streamStart();
        contract =
                config.startup() instanceof StartupMode.Snapshot
                        ? null
                        : new ContractWatch(config, plan.schemas(), plan.contract());
    }

    /** From now on a stream is about to begin. */
    void at(StreamSplit stream) {
        reading = null;
        streamStart = stream.position().end();
        contract = new ContractWatch(config, stream.tables(), stream.contract());
    }

    /** Of a stream that has begun only what is added: the reader watches the rest. */
    void at(RunningStream stream) {
        StreamSplit waiting = stream.waiting();
        if (!stream.granted().isEmpty()) {
            StreamExtension newest = stream.granted().get(stream.granted().size() - 1);
            reading = null;
            contract = new ContractWatch(config, newest.added(), newest.contract());
        } else if (waiting != null) {
            at(waiting);
        }
    }

    /** Checks what is captured at once. */
    void checkContract() throws PgException {
        ContractWatch watched = contract;
        if (watched != null) {
            sessions.open().tell(watched::check);
        }
    }

    /** A plan with what was taken over of the catalog since it was made. From any thread. */
    SnapshotPlan upToDate(SnapshotPlan plan) {
        ContractWatch watched = contract;
        CaptureContract now = watched == null ? null : watched.contract();
        return now == null ? plan : plan.under(now);
    }

    /** The same for a stream; for one that has begun its reader does it. From any thread. */
    RunningStream upToDate(RunningStream stream) {
        ContractWatch watched = contract;
        CaptureContract now = watched == null ? null : watched.contract();
        StreamSplit waiting = stream.waiting();
        return now == null || waiting == null || !stream.granted().isEmpty()
                ? stream
                : stream.with(waiting.at(waiting.position(), now));
    }

    /** A reader watches from now on. */
    void end() {
        reading = null;
        streamStart = null;
        contract = null;
    }

    /** What is read needs no snapshot any more that could be lost. */
    void withoutSnapshot() {
        reading = null;
    }

    /**
     * Looks at the slot, which has to be there from now on, and, as long as no reader does, at what
     * is captured.
     *
     * @throws PgException when the pipeline can't go on
     */
    void look() throws PgException {
        try {
            lookAtSlotAndCatalog();
        } catch (PgException e) {
            SnapshotPlan plan = reading;
            if (plan == null || sessions.open().keeps(plan)) {
                throw e;
            }
            // When it is noticed that the snapshot is lost too, what it needs is looked at anew.
            LOG.warn("Pipeline {}, whose snapshot is lost: {}", config.pipeline(), e.getMessage());
        }
    }

    private void lookAtSlotAndCatalog() throws PgException {
        SlotWatch looking = slot;
        if (looking == null) {
            looking = new SlotWatch(config, sessions.open(), () -> streamStart);
            slot = looking;
        }
        looking.look();
        ContractWatch watched = contract;
        if (watched != null) {
            look(watched);
        }
    }

    /** A standby may lag: what its catalog says is nothing that the slot goes by. */
    private void look(ContractWatch watched) throws PgException {
        try {
            sessions.open()
                    .tell(
                            control -> {
                                requirePrimary(config, control);
                                watched.lookWhenDue(control);
                            });
        } catch (PgException e) {
            if (e.recovery() == PgException.Recovery.FAIL) {
                throw e;
            }
            LOG.warn(
                    "Can't look at what pipeline {} captures now: {}",
                    config.pipeline(),
                    e.getMessage());
        }
    }

    /** The slot as it was seen last; null when it wasn't. */
    @Nullable SlotState slotSeen() {
        SlotWatch looking = slot;
        return looking == null ? null : looking.seen();
    }

    /**
     * Refuses a standby for a moment: of several hosts the primary may answer next.
     *
     * @return the primary
     */
    static ServerIdentity requirePrimary(SourceConfig config, ControlSession control)
            throws PgException {
        ServerIdentity identity = control.identity();
        if (identity.inRecovery()) {
            throw PgException.tryAgain(
                    "The server at "
                            + config.connection().address()
                            + " that answered is a standby; the slot is at the primary");
        }
        return identity;
    }
}
