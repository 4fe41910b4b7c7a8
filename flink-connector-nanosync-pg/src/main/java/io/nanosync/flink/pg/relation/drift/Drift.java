package io.nanosync.flink.pg.relation.drift;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;

/**
 * A change that was made under another schema than the one last accepted, and none like it before.
 *
 * @param accepted the schema last accepted
 * @param now how the stream describes the table in front of that change
 * @param lsn the change's place in the WAL
 */
public record Drift(TableSchema accepted, TableShape now, Lsn lsn) {

    /** The table's name as it was accepted. */
    public QualifiedName table() {
        return accepted.name();
    }

    /**
     * Tells this drift from every other: which table, where, from which schema to which. The same
     * each time when the stream comes to it again, in every process.
     */
    public String id() {
        Digest digest = new Digest();
        digest.add(lsn.value());
        TableShape.of(accepted).addTo(digest);
        now.addTo(digest);
        return digest.hex();
    }
}
