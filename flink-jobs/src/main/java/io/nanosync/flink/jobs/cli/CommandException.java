package io.nanosync.flink.jobs.cli;

import org.jspecify.annotations.Nullable;

/** A command can't go on. The message is for the user, whole and by itself. */
public final class CommandException extends Exception {

    private static final long serialVersionUID = 1L;

    /** An error that the message says all about. */
    public CommandException(String message) {
        this(message, null);
    }

    /** An error with its cause, which is shown with {@code --stacktrace}. */
    public CommandException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
