package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.enumerator.server.PipelineServer;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamGranted;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamRuns;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.StreamSplit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reader streams; the enumerator gives the stream split to another when that reader fails, and
 * lets a reader that has it from a checkpoint go on with it.
 */
final class StreamPhase implements Phase {

    private static final Logger LOG = LoggerFactory.getLogger(StreamPhase.class);

    private static final Duration REQUESTS_PERIOD = Duration.ofSeconds(5);

    private final EnumeratorThreads threads;
    private final PipelineServer server;
    private final CheckpointPatience patience;
    private final StreamPauses pauses;
    private RunningStream stream;

    /** Whether it was seen to go on: what it extends must not be settled for an old state. */
    private boolean runs;

    /** Until when extensions are sent to readers that come; null when there are none. */
    private @Nullable CheckpointGate gate;

    StreamPhase(EnumeratorThreads threads, PipelineServer server, RunningStream stream) {
        this.threads = threads;
        this.server = server;
        this.stream = stream;
        this.patience = new CheckpointPatience(threads, "streams");
        this.pauses = new StreamPauses(threads, server);
    }

    @Override
    public void enter() {
        threads.backlog(false);
        // What was read is confirmed to the server by checkpoints alone: WAL would grow for ever.
        patience.begin();
        pauses.begin();
        awaitCheckpoint();
        // Who has the stream must know before it hears that it begins, or it is idle meanwhile.
        assign();
        threads.broadcast(new StreamGranted(stream.granted()));
        if (threads.config().readsTablesAgain()) {
            watchRequests();
        }
    }

    /** The job goes back to its newest checkpoint for what it is asked: there its stream waits. */
    private void watchRequests() {
        threads.later(
                REQUESTS_PERIOD,
                () -> {
                    RunningStream present = stream;
                    threads.async(() -> server.askedAgain(present), this::asked);
                });
    }

    private void asked(List<QualifiedName> tables) {
        if (tables.isEmpty()) {
            watchRequests();
        } else {
            threads.fail(
                    PgException.tryAgain(
                            "Pipeline "
                                    + threads.config().pipeline()
                                    + " is asked to read "
                                    + tables
                                    + " again. It does so when the job restarts"));
        }
    }

    /** Readers may go back behind what they were sent. */
    private void awaitCheckpoint() {
        gate = stream.granted().isEmpty() ? null : new CheckpointGate();
    }

    private void assign() {
        StreamSplit split = stream.waiting();
        Integer reader = threads.leastLoaded(subtask -> subtask);
        if (split != null && reader != null) {
            LOG.info(
                    "Pipeline {} streams from LSN {} on reader {}",
                    threads.config().pipeline(),
                    split.position().end(),
                    reader);
            stream = stream.with(null);
            threads.context().assignSplit(split, reader);
        }
    }

    @Override
    public EnumeratorState state() {
        return new EnumeratorState.Streaming(stream);
    }

    @Override
    public int number() {
        return 3;
    }

    @Override
    public void readerAdded(int subtask) {
        awaitCheckpoint();
        assign();
        threads.send(subtask, new StreamGranted(stream.granted()));
    }

    @Override
    public void splitsBack(List<PgSplit> splits, int subtask) {
        pauses.readerFailed(subtask);
        awaitCheckpoint();
        for (PgSplit split : splits) {
            if (split instanceof StreamSplit back) {
                stream = stream.with(back);
            }
        }
        assign();
    }

    @Override
    public void event(int subtask, PgSourceEvent event) {
        runs |= event instanceof StreamRuns;
        pauses.event(subtask, event);
        threads.acknowledge(subtask, event);
    }

    @Override
    public void checkpointTaken(long checkpointId) {
        patience.end();
        pauses.checkpointTaken(checkpointId);
        // A reader that isn't there yet may be the one that has the stream.
        if (gate != null
                && runs
                && threads.context().registeredReaders().size()
                        == threads.context().currentParallelism()) {
            gate.checkpointTaken(checkpointId);
        }
    }

    @Override
    public void checkpointCompleted(long checkpointId) {
        pauses.checkpointCompleted(checkpointId);
        if (gate != null && gate.checkpointCompleted(checkpointId)) {
            gate = null;
            RunningStream settling = stream;
            threads.async(
                    () -> Optional.ofNullable(server.settle(settling)),
                    left -> {
                        left.ifPresent(requests -> stream = stream.settled(requests));
                        awaitCheckpoint();
                    });
        }
    }
}
