package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.StreamSplit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reader streams; the enumerator only gives the stream split to another when that reader fails.
 */
final class StreamPhase implements Phase {

    private static final Logger LOG = LoggerFactory.getLogger(StreamPhase.class);

    private final EnumeratorThreads threads;
    private final List<Integer> tables;
    private final CheckpointPatience patience;
    private @Nullable StreamSplit waiting;

    /**
     * @param waiting the stream split; null when a reader holds it
     * @param tables OIDs of the captured tables
     */
    StreamPhase(EnumeratorThreads threads, @Nullable StreamSplit waiting, List<Integer> tables) {
        this.threads = threads;
        this.waiting = waiting;
        this.tables = tables;
        this.patience = new CheckpointPatience(threads, "streams");
    }

    @Override
    public void enter() {
        threads.backlog(false);
        // What was read is confirmed to the server by checkpoints alone: WAL would grow for ever.
        patience.begin();
        assign();
    }

    private void assign() {
        StreamSplit stream = waiting;
        Integer reader = threads.leastLoaded(subtask -> subtask);
        if (stream != null && reader != null) {
            LOG.info(
                    "Pipeline {} streams from LSN {} on reader {}",
                    threads.config().pipeline(),
                    stream.position().end(),
                    reader);
            waiting = null;
            threads.context().assignSplit(stream, reader);
        }
    }

    @Override
    public EnumeratorState state() {
        return new EnumeratorState.Streaming(waiting, tables);
    }

    @Override
    public int number() {
        return 3;
    }

    @Override
    public void readerAdded(int subtask) {
        assign();
    }

    @Override
    public void splitsBack(List<PgSplit> splits, int subtask) {
        for (PgSplit split : splits) {
            if (split instanceof StreamSplit stream) {
                waiting = stream;
            }
        }
        assign();
    }

    @Override
    public void event(int subtask, PgSourceEvent event) {
        HandOverPhase.acknowledge(threads, subtask, event);
    }

    @Override
    public void checkpointTaken(long checkpointId) {
        patience.end();
    }

    @Override
    public void checkpointCompleted(long checkpointId) {}
}
