package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.ControlSession;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.wal.Lsn;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a message into the WAL now and then, so that the slot of an idle database moves on, and
 * notices when it doesn't come back. {@link #beat} by the probe thread, {@link #reached} by the
 * fetcher's.
 */
final class Heartbeats {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

    private static final String PREFIX = "nanosync";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SourceConfig config;
    private final ControlSession control;
    private final StreamMetrics metrics;
    private volatile @Nullable Lsn reached;
    private @Nullable Lsn awaited;
    private long sentAtNanos = System.nanoTime();
    private long sentAtMillis;
    private boolean reported;

    Heartbeats(SourceConfig config, ControlSession control, StreamMetrics metrics) {
        this.config = config;
        this.control = control;
        this.metrics = metrics;
    }

    /**
     * Writes a heartbeat when one is due, else only asks the server whether it is there.
     *
     * @return up to where the server has WAL
     */
    Lsn beat() throws PgException {
        Duration interval = config.heartbeatInterval();
        long sinceNanos = System.nanoTime() - sentAtNanos;
        Lsn expected = awaited;
        if (expected != null && hasReached(expected)) {
            metrics.heartbeatCameBack(sentAtMillis);
            awaited = null;
        }
        if (interval == null) {
            return control.flushedLsn();
        }
        if (awaited != null) {
            if (!reported && sinceNanos > PATIENCE.toNanos() + interval.toNanos()) {
                reported = true;
                LOG.warn(
                        "The heartbeat at LSN {} hasn't come back through slot {} for {} s: the job"
                            + " is back-pressured, or a large transaction is being decoded, or a"
                            + " standby of synchronized_standby_slots is away",
                        expected,
                        config.slot(),
                        Duration.ofNanos(sinceNanos).toSeconds());
            }
        } else if (sinceNanos >= interval.toNanos()) {
            sentAtMillis = System.currentTimeMillis();
            Lsn written = control.emitHeartbeat(PREFIX);
            awaited = written;
            sentAtNanos = System.nanoTime();
            reported = false;
            return written;
        }
        return control.flushedLsn();
    }

    private boolean hasReached(Lsn lsn) {
        Lsn newest = reached;
        return newest != null && !lsn.isAfter(newest);
    }

    /** The stream has come to this LSN. */
    void reached(Lsn lsn) {
        reached = lsn;
    }
}
