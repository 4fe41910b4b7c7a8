package io.nanosync.flink.jobs.local;

import org.jspecify.annotations.Nullable;

/** A pipeline's state folder can't be used. The message is for the user, whole and by itself. */
public final class StateFolderException extends Exception {

    private static final long serialVersionUID = 1L;

    StateFolderException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
