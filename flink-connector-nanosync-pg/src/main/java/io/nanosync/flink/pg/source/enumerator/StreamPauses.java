package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.relation.drift.DriftReport;
import io.nanosync.flink.pg.source.enumerator.server.PipelineServer;
import io.nanosync.flink.pg.source.event.PgSourceEvent;
import io.nanosync.flink.pg.source.event.PgSourceEvent.DriftApproved;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamPaused;
import io.nanosync.flink.pg.source.event.PgSourceEvent.StreamResumed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a person when the stream stands in front of a changed schema, and tells its reader what was
 * accepted. An approval stays until a checkpoint has completed that holds the schema: a reader that
 * goes back behind it comes to the drift again, says so, and finds it accepted. All methods run on
 * the coordinator thread.
 */
final class StreamPauses {

    private static final Logger LOG = LoggerFactory.getLogger(StreamPauses.class);

    private static final Duration PERIOD = Duration.ofSeconds(2);

    private final EnumeratorThreads threads;
    private final PipelineServer server;

    /** The reader that has the stream, as far as it has said anything of pauses; else null. */
    private @Nullable Integer reader;

    /** Counts what was asked. */
    private int questions;

    /** Drifts whose schemas are in its state, and may not be in a checkpoint. */
    private final List<String> resumed = new ArrayList<>();

    private @Nullable CheckpointGate gate;

    StreamPauses(EnumeratorThreads threads, PipelineServer server) {
        this.threads = threads;
        this.server = server;
    }

    /** A stream begins, or goes on from a checkpoint: it isn't known to be paused. */
    void begin() {
        questions++;
        resumed.clear();
        gate = null;
        threads.onIoThread(server::forgetPauses);
    }

    /** A reader reported. */
    void event(int subtask, PgSourceEvent event) {
        if (event instanceof StreamPaused paused) {
            reader = subtask;
            questions++;
            threads.onIoThread(server::forgetPauses);
            look(subtask, paused.report(), questions);
        } else if (event instanceof StreamResumed goesOn) {
            reader = subtask;
            questions++;
            resumed.addAll(goesOn.drifts());
            gate = new CheckpointGate();
        }
    }

    /**
     * Looks for an answer until there is one.
     *
     * @param question its number: when another is asked, nobody waits for an answer any more
     */
    private void look(int subtask, DriftReport report, int question) {
        if (question != questions) {
            return;
        }
        threads.async(
                () -> server.isAccepted(report),
                accepted -> {
                    if (accepted && question == questions) {
                        LOG.info("Another schema of {} was accepted", report.table());
                        threads.send(subtask, new DriftApproved(report.drift()));
                    } else {
                        threads.later(PERIOD, () -> look(subtask, report, question));
                    }
                });
    }

    /** A reader went back to a checkpoint. */
    void readerFailed(int subtask) {
        if (reader != null && reader == subtask) {
            begin();
        }
    }

    void checkpointTaken(long checkpointId) {
        if (gate != null) {
            gate.checkpointTaken(checkpointId);
        }
    }

    void checkpointCompleted(long checkpointId) {
        if (gate != null && gate.checkpointCompleted(checkpointId)) {
            gate = null;
            List<String> held = List.copyOf(resumed);
            resumed.clear();
            threads.onIoThread(() -> server.forgetDrifts(held));
        }
    }
}
