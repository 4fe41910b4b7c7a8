package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.source.enumerator.server.PipelineServer;
import io.nanosync.flink.pg.source.enumerator.snapshot.RunningStream;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamHeld;
import io.nanosync.flink.pg.source.split.PgSplit;
import io.nanosync.flink.pg.source.split.StreamSplit;
import java.util.List;
import java.util.function.Consumer;

/**
 * Other tables are configured than a restored stream captures. Its reader says where it stands;
 * then tables are added and removed on the server, if the stream can go on there.
 */
final class AlterationPhase implements Phase {

    private final EnumeratorThreads threads;
    private final PipelineServer server;
    private final Consumer<Next> next;
    private final RunningStream stream;
    private boolean begun;

    AlterationPhase(
            EnumeratorThreads threads,
            PipelineServer server,
            Consumer<Next> next,
            RunningStream stream) {
        this.threads = threads;
        this.server = server;
        this.next = next;
        this.stream = stream;
    }

    @Override
    public void enter() {
        StreamSplit waiting = stream.waiting();
        if (waiting != null) {
            alter(waiting);
        }
    }

    private void alter(StreamSplit held) {
        // Its reader says so again when it fails and comes back: it stands where it stood.
        if (!begun) {
            begun = true;
            threads.async(
                    () -> StartingPhase.begun(server.alter(stream, held), threads.config()), next);
        }
    }

    @Override
    public EnumeratorState state() {
        return new EnumeratorState.Streaming(stream);
    }

    @Override
    public boolean mayHaveEmitted() {
        return false;
    }

    @Override
    public int number() {
        return 0;
    }

    @Override
    public void splitsBack(List<PgSplit> splits, int subtask) {
        if (!splits.isEmpty()) {
            throw new IllegalStateException(
                    "Splits came back while none was handed out: " + splits);
        }
    }

    @Override
    public void event(int subtask, PgSourceEvent event) {
        if (event instanceof StreamHeld held) {
            alter(held.stream());
        }
        threads.acknowledge(subtask, event);
    }
}
