package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.source.metrics.SourceMetric;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far the sink is behind the source: the value of {@link SourceMetric#REPLICATION_LAG_SECONDS},
 * and of {@code pendingBytes}.
 *
 * <p>What was read is pending from its commit on until a completed checkpoint holds it. What wasn't
 * read may hold commits that nobody knows of yet, so WAL that the server was seen to have counts
 * from then on, and as long as the server can't be asked, all that it may have written since it
 * could.
 *
 * <p>Thread-safe: the fetcher's thread tells what has come, the probe thread what the server has.
 */
final class ReplicationLag {

    /** WAL that has just been written is on its way. */
    static final Duration ON_ITS_WAY = Duration.ofMillis(1500);

    /** The server is asked every second. Longer than that it isn't well. */
    static final Duration SILENCE = Duration.ofSeconds(5);

    /** Where the server's WAL ended, and when that was, microseconds since 1970. */
    private record ServerWal(Lsn end, long micros) {}

    private final UnheldCommits unheld;
    private final LongSupplier clockMicros;

    /** What the server has, and hasn't sent. */
    private final PendingSince unreceived = new PendingSince();

    private volatile long beganAtMicros;
    private volatile Lsn received = Lsn.NONE;
    private volatile @Nullable ServerWal server;

    /**
     * @param clockMicros microseconds since 1970
     */
    ReplicationLag(UnheldCommits unheld, LongSupplier clockMicros) {
        this.unheld = unheld;
        this.clockMicros = clockMicros;
    }

    /** A stream is going to be read from here. */
    void begin(StreamPosition position) {
        unreceived.clear();
        beganAtMicros = clockMicros.getAsLong();
        received = position.end();
        server = null;
    }

    /** All of the server's WAL in front of this has come. */
    void received(Lsn end) {
        received = Lsn.max(received, end);
    }

    /** How far the WAL has come. */
    Lsn received() {
        return received;
    }

    /** Up to here the server has WAL now. */
    void serverHas(Lsn end) {
        long now = clockMicros.getAsLong();
        server = new ServerWal(end, now);
        unreceived.add(end, now, received);
    }

    /** The lag in seconds, at least 0. */
    double seconds() {
        long now = clockMicros.getAsLong();
        long since = Math.min(now, unknownSinceMicros(now));
        Long commit = unheld.oldestMicros();
        return (now - (commit == null ? since : Math.min(since, commit))) / 1e6;
    }

    /** From when on the server may have commits that didn't come. */
    private long unknownSinceMicros(long now) {
        ServerWal asked = server;
        if (asked == null) {
            return beganAtMicros;
        }
        Long pending = unreceived.oldestMicros(received);
        if (pending != null && now - pending > TimeUnit.MICROSECONDS.convert(ON_ITS_WAY)) {
            return pending;
        }
        return now - asked.micros() > TimeUnit.MICROSECONDS.convert(SILENCE) ? asked.micros() : now;
    }

    /** Bytes of WAL that the server has and that haven't come; -1 before it was asked. */
    long pendingBytes() {
        ServerWal asked = server;
        if (asked == null) {
            return -1;
        }
        Lsn reached = received;
        return asked.end().isAfter(reached) ? asked.end().minus(reached) : 0;
    }
}
