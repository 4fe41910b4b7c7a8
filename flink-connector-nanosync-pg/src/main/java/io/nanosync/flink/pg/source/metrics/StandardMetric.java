package io.nanosync.flink.pg.source.metrics;

/**
 * Flink's standard metrics of a source (FLIP-33) that a source task has, and what they say here.
 * Those that Flink can't know come from the reader.
 */
public enum StandardMetric {
    NUM_RECORDS_IN(
            "numRecordsIn",
            SourceMetric.Kind.COUNTER,
            "Rows and changes emitted, not batches. A truncate is one."),
    NUM_BYTES_IN(
            "numBytesIn",
            SourceMetric.Kind.COUNTER,
            "Bytes received from PostgreSQL for them: of COPY's rows, and of the messages of"
                    + " `pgoutput`, what is sent again included."),
    PENDING_BYTES(
            "pendingBytes",
            SourceMetric.Kind.GAUGE,
            "Bytes of WAL that the server has and that haven't come through the slot, by what the"
                    + " server said a second ago; what of them is of captured tables only its"
                    + " decoding tells. -1 while the server hasn't said. Of the task that has the"
                    + " stream."),
    CURRENT_FETCH_EVENT_TIME_LAG(
            "currentFetchEventTimeLag",
            SourceMetric.Kind.GAUGE,
            "Milliseconds between the commit of the newest changes and when they were fetched; -1"
                    + " before the first. Of the task that has the stream."),
    CURRENT_EMIT_EVENT_TIME_LAG(
            "currentEmitEventTimeLag",
            SourceMetric.Kind.GAUGE,
            "Milliseconds between the commit of the newest changes and when they were emitted; -1"
                    + " before the first, and after rows of a snapshot, which have no commit of"
                    + " their own. Batches of changes have the commit as their timestamp."),
    SOURCE_IDLE_TIME(
            "sourceIdleTime",
            SourceMetric.Kind.GAUGE,
            "Milliseconds for which there has been nothing to emit; 0 while there is.");

    private final String id;
    private final SourceMetric.Kind kind;
    private final String description;

    StandardMetric(String id, SourceMetric.Kind kind, String description) {
        this.id = id;
        this.kind = kind;
        this.description = description;
    }

    /** Its name where metrics are read. */
    public String id() {
        return id;
    }

    /** What values it has. */
    public SourceMetric.Kind kind() {
        return kind;
    }

    /** Sentences for the reference. */
    public String description() {
        return description;
    }
}
