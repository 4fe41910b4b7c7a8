package io.nanosync.flink.pg.source.metrics;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.apache.flink.metrics.MetricGroup;

/**
 * The gauges of the enumerator. Flink makes a new enumerator after a global failure but keeps the
 * metric group and what was registered in it, so the gauges belong to the group, and each
 * enumerator in turn says what they show. Thread-safe.
 */
public final class PipelineGauges {

    private static final Map<MetricGroup, PipelineGauges> BY_GROUP = new WeakHashMap<>();

    private final Map<QualifiedName, TableSnapshot> tables = new ConcurrentHashMap<>();
    private volatile Source source = new Past(0);

    private PipelineGauges() {}

    /** The gauges in the group of a pipeline; registered there when this is the first call. */
    public static PipelineGauges in(MetricGroup pipelineGroup) {
        synchronized (BY_GROUP) {
            PipelineGauges gauges = BY_GROUP.get(pipelineGroup);
            if (gauges == null) {
                gauges = new PipelineGauges();
                gauges.register(pipelineGroup);
                BY_GROUP.put(pipelineGroup, gauges);
            }
            return gauges;
        }
    }

    private void register(MetricGroup group) {
        group.gauge(SourceMetrics.PHASE, () -> source.phase());
        group.gauge(SourceMetrics.SLOT_LAG_BYTES, () -> source.slotLagBytes());
        group.gauge(SourceMetrics.SLOT_SAFE_WAL_BYTES, () -> source.slotSafeWalBytes());
    }

    /** Where the values come from. */
    public interface Source {

        /** The value of {@code ns_pipeline_phase}. */
        int phase();

        /** Bytes by which the slot lags. */
        long slotLagBytes();

        /** The value of {@code ns_slot_safe_wal_bytes}. */
        double slotSafeWalBytes();
    }

    /**
     * What is shown of a table's snapshot.
     *
     * @param estimatedRows the rows that it is expected to have; negative when unknown
     * @param splitsRead splits that were read
     * @param splits all of them
     */
    public record TableSnapshot(long estimatedRows, long splitsRead, long splits) {}

    /** What a source leaves behind. */
    private record Past(int phase) implements Source {
        @Override
        public long slotLagBytes() {
            return 0;
        }

        @Override
        public double slotSafeWalBytes() {
            return Double.POSITIVE_INFINITY;
        }
    }

    /** Says where the values come from now. */
    public synchronized void show(Source newSource) {
        source = newSource;
    }

    /**
     * A source ends: its last phase stays to be seen, and nothing of it is held, unless another has
     * taken its place.
     */
    public synchronized void end(Source endedSource) {
        if (source == endedSource) {
            source = new Past(endedSource.phase());
        }
    }

    /** Says how far the snapshot of a table is. It stays to be seen when the source has ended. */
    public void show(MetricGroup pipelineGroup, QualifiedName table, TableSnapshot snapshot) {
        if (tables.put(table, snapshot) == null) {
            MetricGroup group = SourceMetrics.tableGroup(pipelineGroup, table);
            gauge(
                    group,
                    SourceMetrics.SNAPSHOT_ESTIMATED_ROWS,
                    table,
                    TableSnapshot::estimatedRows);
            gauge(group, SourceMetrics.SNAPSHOT_SPLITS, table, TableSnapshot::splits);
            gauge(group, SourceMetrics.SNAPSHOT_SPLITS_READ, table, TableSnapshot::splitsRead);
        }
    }

    private void gauge(
            MetricGroup group,
            String name,
            QualifiedName table,
            ToLongFunction<TableSnapshot> number) {
        group.gauge(name, () -> number.applyAsLong(tables.get(table)));
    }
}
