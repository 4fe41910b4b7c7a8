package io.nanosync.flink.jobs.pipeline;

import java.io.Serializable;

/** Where a pipeline's changes go. */
public sealed interface SinkConfig extends Serializable {

    /** Readable lines on standard output. */
    record Print() implements SinkConfig {}

    /** Nowhere. */
    record Blackhole() implements SinkConfig {}

    /**
     * Arrow IPC files.
     *
     * @param path their folder, as a URI of a Flink file system
     */
    record Arrow(String path) implements SinkConfig {}
}
