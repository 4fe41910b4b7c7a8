package io.nanosync.flink.pg.config;

/** Option {@code schema_drift}: what becomes of the first change under another schema. */
public enum DriftPolicy {
    /** The stream stands still in front of it until a person accepts the schema. */
    PAUSE,
    /**
     * It goes on by itself where a consumer of the former schema loses nothing; else as {@link
     * #PAUSE} where somebody can be asked, and as {@link #FAIL} where nobody can.
     */
    ACCEPT_COMPATIBLE,
    /** The pipeline ends in front of it. */
    FAIL
}
