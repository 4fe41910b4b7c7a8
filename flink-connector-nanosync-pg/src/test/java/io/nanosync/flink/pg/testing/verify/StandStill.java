package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.Set;

/**
 * A pipeline said that it stands in front of a change under another schema.
 *
 * @param table of the change
 * @param lsn the change's place in the WAL
 * @param files names of the committed files below the pipeline's folder that were there right
 *     before the schema was accepted: nothing of that change or behind it is in them
 */
public record StandStill(QualifiedName table, Lsn lsn, Set<String> files) {

    @Override
    public String toString() {
        return table + " at " + lsn;
    }
}
