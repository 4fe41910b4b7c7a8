package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.wal.Lsn;

/**
 * The stream has come to the place where it has to go on from a new connection. Before 15 a
 * walsender remembers that a table isn't published, also when it is attached to one that is: by a
 * truncate that it has sent before, say. A connection that begins behind the attaching, and in
 * front of the first row, finds out what the table is now.
 */
final class RenewalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RenewalException(Lsn at) {
        super(
                "a table was attached to a captured one in front of LSN "
                        + at
                        + " and is written behind it, and before version 15 the server leaves out"
                        + " what it has met before it was published");
    }
}
