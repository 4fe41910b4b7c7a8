package io.nanosync.flink.jobs.local.progress;

/**
 * What a pipeline is doing: the values of {@code ns_pipeline_phase} in their order, and the end.
 */
public enum Phase {
    STARTING("starting"),
    SNAPSHOT("snapshot"),
    HAND_OVER("hand-over"),
    STREAMING("streaming"),
    FINISHED("finished");

    private final String text;

    Phase(String text) {
        this.text = text;
    }

    /** In words. */
    public String text() {
        return text;
    }

    /** What a value of the metric says. */
    public static Phase of(double metric) {
        int index = (int) metric;
        return index >= 0 && index < values().length ? values()[index] : STARTING;
    }
}
