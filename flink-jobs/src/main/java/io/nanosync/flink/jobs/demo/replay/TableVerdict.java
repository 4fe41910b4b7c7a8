package io.nanosync.flink.jobs.demo.replay;

import io.nanosync.flink.pg.relation.QualifiedName;

/**
 * One table compared.
 *
 * @param snapshotRows rows of the snapshot that arrived
 * @param changes changes that arrived
 * @param source the source table as it is now
 * @param arrived the shadow table after the replay
 * @param missing rows of the source that the shadow lacks
 * @param extra rows of the shadow that the source lacks
 * @param missed updates and deletes that met no row
 */
public record TableVerdict(
        QualifiedName table,
        long snapshotRows,
        long changes,
        Content source,
        Content arrived,
        long missing,
        long extra,
        long missed) {

    /**
     * What a table holds.
     *
     * @param checksum of PostgreSQL's text of every row, in no order
     */
    public record Content(long rows, String checksum) {}

    /** Whether the source and what arrived are the same. */
    public boolean isEqual() {
        return source.equals(arrived) && missing == 0 && extra == 0 && missed == 0;
    }
}
