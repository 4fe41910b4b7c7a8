package io.nanosync.flink.pg.client;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL, or the way to it, failed. The message says what was being done, where (host, slot,
 * table), what PostgreSQL said, and what to do; never a password.
 */
public class PgException extends IOException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String sqlState;
    private final Recovery recovery;

    public PgException(
            String message,
            @Nullable String sqlState,
            Recovery recovery,
            @Nullable Throwable cause) {
        super(message, cause);
        this.sqlState = sqlState;
        this.recovery = recovery;
    }

    /** An error of ours with no SQLSTATE that a retry won't mend. */
    public PgException(String message) {
        this(message, null, Recovery.FAIL, null);
    }

    /** PostgreSQL's error code; null when the server didn't answer. */
    public @Nullable String sqlState() {
        return sqlState;
    }

    public Recovery recovery() {
        return recovery;
    }

    /** Never null: every constructor demands one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** What a caller may do about an error; decided by the SQLSTATE. */
    public enum Recovery {
        /** Connect again: the connection or the server went away, or has no room now. */
        RETRY,
        /** Try again after a pause: the slot is still held by a connection that is gone. */
        WAIT,
        /** A person is needed. */
        FAIL
    }
}
