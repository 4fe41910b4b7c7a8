package io.nanosync.flink.pg.testing;

/** A query for one value found none, or several: {@link Await} asks again. */
final class NoValueError extends AssertionError {

    private static final long serialVersionUID = 1L;

    NoValueError(String message) {
        super(message);
    }
}
