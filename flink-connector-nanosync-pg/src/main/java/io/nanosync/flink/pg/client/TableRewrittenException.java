package io.nanosync.flink.pg.client;

/**
 * A table's file changed since the snapshot (VACUUM FULL, CLUSTER, TRUNCATE, a rewriting ALTER):
 * its rows moved. Under a snapshot taken anew they can be read.
 */
public final class TableRewrittenException extends PgException {

    private static final long serialVersionUID = 1L;

    public TableRewrittenException(String message) {
        super(message, null, Recovery.RETRY, null);
    }
}
