package io.nanosync.flink.pg.config;

/** Option {@code unrepresentable}: what becomes of a value that its Arrow type can't hold. */
public enum UnrepresentablePolicy {
    /** The job fails. */
    FAIL,
    /** It arrives as null. */
    NULL
}
