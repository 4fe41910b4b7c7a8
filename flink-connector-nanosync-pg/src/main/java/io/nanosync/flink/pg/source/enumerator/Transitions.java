package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.source.enumerator.server.PipelineServer;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which phase follows which; nothing else knows them all:
 *
 * <pre>
 * starting → snapshot → hand-over → stream
 *    ↑          ↓
 *    └─────  restart (the snapshot was lost)
 * </pre>
 *
 * <p>A state that streams goes from starting to the stream at once. Where other tables are
 * configured than it captures, alteration comes first, and behind that the snapshot of those that
 * were added.
 *
 * <p>All methods run on the coordinator thread; {@link #phase} on any.
 */
final class Transitions {

    private static final Logger LOG = LoggerFactory.getLogger(Transitions.class);

    private final EnumeratorThreads threads;
    private final PipelineServer server;
    private final Consumer<SnapshotPlan> planned;
    private volatile Phase phase;
    private boolean watching;

    /**
     * @param restored what to take up; null for a pipeline without state
     * @param planned told of each snapshot that begins to be read
     */
    Transitions(
            EnumeratorThreads threads,
            PipelineServer server,
            @Nullable EnumeratorCheckpoint restored,
            Consumer<SnapshotPlan> planned) {
        this.threads = threads;
        this.server = server;
        this.planned = planned;
        this.phase =
                restored == null
                        ? StartingPhase.begin(threads, server, this::to)
                        : StartingPhase.resume(threads, server, this::to, restored);
    }

    /** The present phase. */
    Phase phase() {
        return phase;
    }

    /** Ends the present phase and enters the one that does what comes next. */
    void to(Next next) {
        if (next instanceof Next.Fail fail) {
            threads.fail(fail.error());
            return;
        }
        Phase left = phase;
        Phase entered = phase(next);
        LOG.info("From {} to {}", left.getClass().getSimpleName(), next.getClass().getSimpleName());
        phase = entered;
        if (next instanceof Next.ReadSnapshot snapshot) {
            planned.accept(snapshot.from().plan());
        }
        watch(next);
        entered.enter();
        if (left instanceof StartingPhase starting) {
            starting.tell(this::phase);
        }
    }

    private Phase phase(Next next) {
        if (next instanceof Next.ReadSnapshot snapshot) {
            return new SnapshotPhase(
                    threads, server, this::to, snapshot.from(), snapshot.afterCheckpoint());
        }
        if (next instanceof Next.HandOver handOver) {
            return new HandOverPhase(threads, server, this::to, handOver.stream());
        }
        if (next instanceof Next.Stream stream) {
            server.streams();
            return new StreamPhase(threads, server, stream.stream());
        }
        if (next instanceof Next.Alter alter) {
            return new AlterationPhase(threads, server, this::to, alter.stream());
        }
        if (next instanceof Next.Restart restart) {
            return new RestartPhase(threads, this::to, restart.lost(), restart.reason());
        }
        if (next instanceof Next.TakeAnew anew) {
            return StartingPhase.takeAnew(threads, server, this::to, anew.lost());
        }
        throw new IllegalStateException("No phase does " + next);
    }

    /** From the first snapshot or stream on the slot has to be there. */
    private void watch(Next next) {
        boolean needsSlot = !(next instanceof Next.Restart || next instanceof Next.TakeAnew);
        if (needsSlot && !watching) {
            watching = true;
            threads.everyOnIoThread(PipelineServer.LOOK_PERIOD, server::look);
        }
    }
}
