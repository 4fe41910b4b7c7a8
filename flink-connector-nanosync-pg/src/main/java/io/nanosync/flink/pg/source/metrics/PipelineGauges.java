package io.nanosync.flink.pg.source.metrics;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.MetricGroup;

/**
 * The gauges of the enumerator. Flink makes a new enumerator after a global failure but keeps the
 * metric group and what was registered in it, so the gauges belong to the group, and each
 * enumerator in turn says what they show. Thread-safe.
 */
public final class PipelineGauges {

    private static final Map<MetricGroup, PipelineGauges> BY_GROUP = new WeakHashMap<>();

    private final Map<QualifiedName, Long> estimatedRows = new ConcurrentHashMap<>();
    private volatile IntSupplier phase = () -> 0;
    private volatile LongSupplier slotLagBytes = () -> 0;

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
        group.gauge(SourceMetrics.PHASE, () -> phase.getAsInt());
        group.gauge(SourceMetrics.SLOT_LAG_BYTES, () -> slotLagBytes.getAsLong());
    }

    /** Says where the values come from now. */
    public void show(IntSupplier newPhase, LongSupplier newSlotLagBytes) {
        phase = newPhase;
        slotLagBytes = newSlotLagBytes;
    }

    /** Sets the rows that a table's snapshot is expected to have; negative when unknown. */
    public void estimate(MetricGroup pipelineGroup, QualifiedName table, long rows) {
        if (estimatedRows.put(table, rows) == null) {
            SourceMetrics.tableGroup(pipelineGroup, table)
                    .gauge(SourceMetrics.SNAPSHOT_ESTIMATED_ROWS, () -> estimatedRows.get(table));
        }
    }
}
