package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.ChangeBatch;
import io.nanosync.flink.pg.columnar.Op;
import io.nanosync.flink.pg.columnar.OpCounts;
import io.nanosync.flink.pg.source.metrics.MetricScope;
import io.nanosync.flink.pg.source.metrics.SourceMetric;
import org.apache.flink.metrics.Counter;

/** What was emitted of a table. */
record TableCounters(
        Counter snapshotRows,
        Counter snapshotBytes,
        Counter inserts,
        Counter updates,
        Counter deletes,
        Counter truncates) {

    /** Registers the counters of a table. */
    static TableCounters in(MetricScope table) {
        return new TableCounters(
                SourceMetric.SNAPSHOT_ROWS.counter(table),
                SourceMetric.SNAPSHOT_BYTES.counter(table),
                changes(table, Op.INSERT),
                changes(table, Op.UPDATE),
                changes(table, Op.DELETE),
                changes(table, Op.TRUNCATE));
    }

    private static Counter changes(MetricScope table, Op operation) {
        return SourceMetric.CDC_EVENTS.counter(table.operation(operation));
    }

    /** Once a batch, never once a row. */
    void count(ChangeBatch batch) {
        OpCounts rows = batch.operations();
        if (batch.snapshot()) {
            // Not the truncate of one that is read again.
            snapshotRows.inc(rows.reads());
            snapshotBytes.inc(batch.recordBatch().length);
        } else {
            inserts.inc(rows.inserts());
            updates.inc(rows.updates());
            deletes.inc(rows.deletes());
            truncates.inc(rows.truncates());
        }
    }
}
