package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.source.metrics.MetricScope;
import io.nanosync.flink.pg.source.metrics.SourceMetric;

/**
 * What the reader's stream is doing, for metrics: a number, and a sentence for people. Written by
 * the fetcher's thread, read by any.
 */
final class StreamStatus {

    /** What it is doing, with the value of {@link SourceMetric#STREAM_STATE}. */
    enum State {
        /** This reader has no stream. */
        NONE(0),
        CONNECTING(1),
        STREAMING(2),
        /** Another process streams from the slot. */
        WAITING_FOR_SLOT(3),
        /** The connection broke; it is made anew after a pause. */
        RECONNECTING(4),
        /** It is further ahead of the sink than it may be, and waits for a checkpoint. */
        THROTTLED(5),
        /** It stands in front of a change under another schema, which nobody has accepted yet. */
        PAUSED(6);

        private final int number;

        State(int number) {
            this.number = number;
        }
    }

    private record Now(State state, String text) {}

    private volatile Now now = new Now(State.NONE, "");

    void register(MetricScope pipeline) {
        SourceMetric.STREAM_STATE.gauge(pipeline, () -> now.state().number);
        SourceMetric.STREAM_STATUS.text(pipeline, () -> now.text());
        SourceMetric.PAUSED.gauge(pipeline, () -> now.state() == State.PAUSED ? 1 : 0);
    }

    void show(State state, String text) {
        now = new Now(state, text);
    }

    State state() {
        return now.state();
    }

    String text() {
        return now.text();
    }
}
