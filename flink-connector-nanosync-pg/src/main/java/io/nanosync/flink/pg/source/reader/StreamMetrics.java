package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.source.metrics.MetricScope;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import io.nanosync.flink.pg.source.metrics.StandardMetric;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.StreamPosition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * What is measured of the stream, over all its connections. Told by the threads that know: the
 * fetcher's, the task's, those of the connection; once a fetch at most, never once a change.
 */
final class StreamMetrics {

    private static final long NONE_FETCHED = -1;

    private final ReplicationLag lag;
    private final HandOver handOver;
    private final StreamStatus status;
    private final LongAdder transactions = new LongAdder();
    private final LongAdder reconnects = new LongAdder();
    private volatile Lsn emitted = Lsn.NONE;
    private volatile Lsn confirmed = Lsn.NONE;
    private volatile long fetchLagMillis = NONE_FETCHED;
    private volatile long heartbeatAtMillis;

    /**
     * @param queueCapacity fetches that the queue between the fetcher and the task takes
     */
    StreamMetrics(UnheldCommits unheld, StreamStatus status, int queueCapacity) {
        this.lag = new ReplicationLag(unheld, StreamMetrics::nowMicros);
        this.handOver = new HandOver(queueCapacity);
        this.status = status;
    }

    /** Microseconds since 1970. */
    static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    /** The stream was assigned to this reader: it is going to be read from here. */
    void begin(StreamPosition position) {
        lag.begin(position);
        emitted = position.end();
        heartbeatAtMillis = System.currentTimeMillis();
    }

    /**
     * Registers all: only one subtask has the stream.
     *
     * @param heartbeats how often they are written; null for never
     */
    void register(
            SourceReaderMetricGroup operator, MetricScope pipeline, @Nullable Duration heartbeats) {
        SourceMetric.REPLICATION_LAG_SECONDS.gauge(pipeline, lag::seconds);
        SourceMetric.RECEIVED_LSN.gauge(pipeline, () -> lag.received().value());
        SourceMetric.EMITTED_LSN.gauge(pipeline, () -> emitted.value());
        SourceMetric.CONFIRMED_LSN.gauge(pipeline, () -> confirmed.value());
        SourceMetric.TRANSACTIONS.counter(pipeline, transactions::sum);
        SourceMetric.RECONNECTS.counter(pipeline, reconnects::sum);
        SourceMetric.QUEUE_CHANGES.gauge(pipeline, handOver::changes);
        SourceMetric.QUEUE_BYTES.gauge(pipeline, handOver::bytes);
        SourceMetric.QUEUE_FILL.gauge(pipeline, handOver::fill);
        SourceMetric.THROTTLED.gauge(pipeline, () -> isThrottled() ? 1 : 0);
        if (heartbeats != null) {
            SourceMetric.HEARTBEAT_AGE_SECONDS.gauge(pipeline, this::heartbeatAgeSeconds);
        }
        operator.setPendingBytesGauge(lag::pendingBytes);
        operator.gauge(StandardMetric.CURRENT_FETCH_EVENT_TIME_LAG.id(), () -> fetchLagMillis);
    }

    private boolean isThrottled() {
        return handOver.isFull() || status.state() == StreamStatus.State.THROTTLED;
    }

    private double heartbeatAgeSeconds() {
        return Math.max(0, System.currentTimeMillis() - heartbeatAtMillis) / 1e3;
    }

    /** All of the server's WAL in front of this has come. */
    void received(Lsn end) {
        lag.received(end);
    }

    /** The fetcher hands a page over. */
    void fetched(StreamPage page) {
        if (page.changes() > 0) {
            fetchLagMillis = System.currentTimeMillis() - page.newestCommitMillis();
        }
        handOver.fetched(page.changes(), page.batchBytes());
    }

    /** The task has emitted a page of the stream. */
    void emitted(StreamPage page) {
        handOver.emitted(page.changes(), page.batchBytes());
        transactions.add(page.transactions());
        emitted = page.end();
    }

    /** The slot was confirmed. */
    void confirmed(Lsn end) {
        confirmed = end;
    }

    /** Up to here the server has WAL now. */
    void serverHas(Lsn end) {
        lag.serverHas(end);
    }

    /** A heartbeat has come back that was written then, milliseconds since 1970. */
    void heartbeatCameBack(long writtenAtMillis) {
        heartbeatAtMillis = writtenAtMillis;
    }

    /** A connection was lost, and another is going to be made. */
    void reconnects() {
        reconnects.increment();
    }

    /** See {@link ReplicationLag#seconds}. */
    double lagSeconds() {
        return lag.seconds();
    }

    /** How many connections were lost. */
    long lostConnections() {
        return reconnects.sum();
    }
}
