package io.nanosync.flink.pg.client;

import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL, or the way to it, failed. The message says what was being done, where (host, slot,
 * table), what PostgreSQL said, and what to do; never a password. Whether it is final is said by
 * whoever makes it: there is no default.
 */
@PublicEvolving
public class PgException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Connection rejected, invalid authorization, invalid password. */
    private static final Set<String> REFUSALS = Set.of("08004", "28000", "28P01");

    private static final String UNKNOWN_DATABASE = "3D000";

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

    /** An error of ours: however often it is tried, a person has to do something first. */
    public static PgException needsPerson(String message) {
        return new PgException(message, null, Recovery.FAIL, null);
    }

    /** An error of ours that the next try may not meet. */
    public static PgException tryAgain(String message) {
        return new PgException(message, null, Recovery.RETRY, null);
    }

    /** An error of ours that ends by itself when others let go: a lock, a slot, a transaction. */
    public static PgException waitFor(String message) {
        return new PgException(message, null, Recovery.WAIT, null);
    }

    /** PostgreSQL's error code; null when the server didn't answer. */
    public @Nullable String sqlState() {
        return sqlState;
    }

    /** Whether the server refused who connects, as for a wrong password. */
    public boolean refusesWhoConnects() {
        return sqlState != null && REFUSALS.contains(sqlState);
    }

    /** Whether there is no database of the name. */
    public boolean saysNoDatabase() {
        return UNKNOWN_DATABASE.equals(sqlState);
    }

    public Recovery recovery() {
        return recovery;
    }

    /** Never null: every constructor demands one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** What a caller may do about an error. */
    public enum Recovery {
        /** Connect again: the connection or the server went away, or has no room now. */
        RETRY,
        /** Try again after a pause: somebody who may be gone still holds what is needed. */
        WAIT,
        /** A person is needed: the answer stays the same. */
        FAIL
    }
}
