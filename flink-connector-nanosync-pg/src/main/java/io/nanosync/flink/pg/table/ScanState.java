package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.List;

/**
 * What a savepoint finds a scan again by.
 *
 * @param kept whether Flink keeps the rows of its tables by their key
 */
record ScanState(String pipeline, Kept kept) {

    /**
     * Under REPLICA IDENTITY FULL a statement may keep rows by their key, or not. A savepoint of
     * the one is none of the other: the rows of before it would be missing, and deletes of them
     * left out.
     */
    enum Kept {
        /** As the tables' identities demand. */
        AS_NEEDED,
        /** It needn't, and doesn't. */
        NOT,
        /** It needn't, and does. */
        BY_KEY
    }

    static ScanState of(TableSettings settings, ChangelogStyle style, List<TableSchema> tables) {
        boolean choice =
                tables.stream().anyMatch(table -> table.identity() == ReplicaIdentity.FULL);
        return new ScanState(
                settings.pipeline(),
                choice ? style == ChangelogStyle.UPSERT ? Kept.BY_KEY : Kept.NOT : Kept.AS_NEEDED);
    }

    /** Its name, the same for all scans of a pipeline. */
    String name() {
        return pipeline + (kept == Kept.BY_KEY ? "-by-key" : "");
    }
}
