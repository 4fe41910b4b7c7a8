package io.nanosync.flink.pg.client;

/**
 * The server that was reached isn't the one from which the pipeline's stream comes: the stream
 * connects again, or another server is the primary.
 */
public final class StreamElsewhereException extends PgException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message says which server and slot
     */
    public StreamElsewhereException(String message) {
        super(message, null, Recovery.RETRY, null);
    }
}
