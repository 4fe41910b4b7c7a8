package io.nanosync.flink.pg.source.reader;

/**
 * It isn't told of which partition a change is, and that decides whether it can be taken. On a new
 * connection the server describes all anew, and so the partition of the first change of each. The
 * change wasn't taken.
 */
final class UntoldPartitionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UntoldPartitionException(String message) {
        super(message);
    }
}
