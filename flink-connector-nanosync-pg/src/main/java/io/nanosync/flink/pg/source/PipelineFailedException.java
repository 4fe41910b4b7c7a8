package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.columnar.DecodeException;
import io.nanosync.flink.pg.wire.HeapTooSmallException;
import io.nanosync.flink.pg.wire.MalformedMessageException;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline can't go on until a person has done something; the message says what. Flink doesn't
 * restart a job that fails with it: a restart would only repeat it.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class PipelineFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PipelineFailedException(String message) {
        super(message);
    }

    public PipelineFailedException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * What to throw for an error of the client: final where PostgreSQL's answer won't change, else
     * open to a restart.
     */
    public static RuntimeException of(Throwable error) {
        if (error instanceof PgException pg) {
            return pg.recovery() == PgException.Recovery.FAIL
                    ? new PipelineFailedException(pg.getMessage(), pg)
                    : new RetryableSourceException(pg.getMessage(), pg);
        }
        HeapTooSmallException heap = heapTooSmall(error);
        if (heap != null && !heap.fitsNever()) {
            return new RetryableSourceException(String.valueOf(error.getMessage()), error);
        }
        if (heap != null
                || error instanceof MalformedMessageException
                || error instanceof DecodeException) {
            // The same bytes come again after a restart.
            return new PipelineFailedException(String.valueOf(error.getMessage()), error);
        }
        return error instanceof RuntimeException runtime
                ? runtime
                : new RetryableSourceException("The source failed: " + error.getMessage(), error);
    }

    /** The heap of a TaskManager may be full of what other jobs hold, and empty later. */
    private static @Nullable HeapTooSmallException heapTooSmall(Throwable error) {
        Throwable found = error instanceof DecodeException ? error.getCause() : error;
        return found instanceof HeapTooSmallException heap ? heap : null;
    }

    /** A failure that a restart of the job may mend. */
    public static final class RetryableSourceException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        RetryableSourceException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
