package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;

/**
 * A change that was made under another schema than the change of its table before it.
 *
 * @param lsn its place in the WAL
 * @param isCompatible whether nothing is lost for who knows the former schema
 * @param words the former schema and the next
 */
public record Drifted(QualifiedName table, Lsn lsn, boolean isCompatible, String words) {

    @Override
    public String toString() {
        return table + " at " + lsn + ": " + words;
    }
}
