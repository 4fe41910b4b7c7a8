package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SlotState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the server's end of the stream is gone while the connection to it looks alive: a cut
 * network or a forgotten connection tells nobody, and a stream may be silent for long. Used by one
 * thread at a time.
 */
final class WalsenderWatch {

    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final ControlSession control;
    private final String slot;
    private final @Nullable Integer pid;
    private long lookedAtNanos = System.nanoTime();

    /** Called once streaming has begun: who streams now is the one to watch. */
    WalsenderWatch(ControlSession control, String slot) throws PgException {
        this.control = control;
        this.slot = slot;
        this.pid = activePid();
    }

    private @Nullable Integer activePid() throws PgException {
        SlotState state = control.slot(slot);
        return state == null ? null : state.activePid();
    }

    /** Looks every few seconds. */
    void look() throws PgException {
        long now = System.nanoTime();
        if (now - lookedAtNanos < PERIOD.toNanos()) {
            return;
        }
        lookedAtNanos = now;
        Integer found = activePid();
        if (pid == null || !pid.equals(found)) {
            throw PgException.tryAgain(
                    "The server has ended the stream from slot \""
                            + slot
                            + "\" (PID "
                            + pid
                            + ") and its connection doesn't know; now "
                            + (found == null ? "nobody" : "PID " + found)
                            + " streams from it");
        }
    }
}
