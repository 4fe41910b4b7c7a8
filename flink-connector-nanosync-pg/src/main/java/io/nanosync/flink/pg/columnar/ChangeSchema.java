package io.nanosync.flink.pg.columnar;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The Arrow schema of a table's change batches, with what a consumer needs to know of the table in
 * its metadata. Immutable.
 */
public final class ChangeSchema {

    private ChangeSchema() {}

    /**
     * The schema for a table. The same table description gives the same schema and fingerprint, in
     * every process.
     */
    public static ChangeSchema of(TableSchema table) {
        throw new UnsupportedOperationException("contract only: " + table);
    }

    /** Restores a schema from {@link #ipc()}. */
    public static ChangeSchema fromIpc(byte[] schemaMessage) {
        throw new UnsupportedOperationException("contract only: " + schemaMessage.length);
    }

    /** The table. */
    public QualifiedName table() {
        throw new UnsupportedOperationException("contract only");
    }

    /** 64 bits that differ where names, types, typmods, nullability or identity differ. */
    public long fingerprint() {
        throw new UnsupportedOperationException("contract only");
    }

    /**
     * The Arrow schema: {@code op, before, after, commit_lsn, ordinal, commit_ts, xid, unchanged}.
     */
    public Schema arrow() {
        throw new UnsupportedOperationException("contract only");
    }

    /** The schema as an encapsulated Arrow IPC message. Not a copy: don't write to it. */
    public byte[] ipc() {
        throw new UnsupportedOperationException("contract only");
    }
}
