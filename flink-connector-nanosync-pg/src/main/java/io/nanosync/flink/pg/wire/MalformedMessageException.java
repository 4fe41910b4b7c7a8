package io.nanosync.flink.pg.wire;

/**
 * Bytes from the server that aren't what the protocol says. The message names the message or
 * column, the byte offset, what was expected and what was found; never a value of the user's.
 */
public final class MalformedMessageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String message) {
        super(message);
    }
}
