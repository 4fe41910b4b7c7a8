package io.nanosync.flink.jobs.local.progress;

/** What the stream is doing: the values of {@code ns_stream_state} in their order. */
public enum StreamState {
    /** No task reads it: it was not handed out yet, or the job restarts. */
    NONE("not streaming yet"),
    CONNECTING("connecting"),
    STREAMING("streaming"),
    WAITING_FOR_SLOT("waiting for the slot"),
    RECONNECTING("reconnecting"),
    THROTTLED("standing still"),
    PAUSED("paused");

    private final String text;

    StreamState(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** What a value of the metric says. */
    public static StreamState of(double metric) {
        int index = (int) metric;
        return index >= 0 && index < values().length ? values()[index] : NONE;
    }
}
