package io.nanosync.flink.pg.source.enumerator.snapshot;

import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import io.nanosync.flink.pg.wal.SnapshotBoundary;
import java.util.List;

/**
 * Tables that were read under snapshots which are lost by now, and that aren't read again. What
 * follows their rows is in the slot as it was then, so the slot stays.
 *
 * @param streamStart where the stream begins: up to there the first of these snapshots shows all
 * @param ownSlot whether the slot came with the first of these snapshots; else it was there before
 *     this pipeline
 * @param tables their schemas
 * @param boundaries which transactions behind {@code streamStart} they show, of those tables that
 *     were read while the slot was there already
 */
public record ReadEarlier(
        Lsn streamStart,
        boolean ownSlot,
        List<TableSchema> tables,
        List<SnapshotBoundary> boundaries) {

    /** Whether a table is one of them. */
    public boolean contains(TableSchema table) {
        return tables.stream().anyMatch(read -> read.oid() == table.oid());
    }
}
