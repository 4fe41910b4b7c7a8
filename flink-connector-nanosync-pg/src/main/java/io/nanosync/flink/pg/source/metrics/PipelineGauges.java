package io.nanosync.flink.pg.source.metrics;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.MetricGroup;

/**
 * The gauges of the enumerator. Flink makes a new enumerator after a global failure but keeps the
 * metric group and what was registered in it, so the gauges belong to the group, and each
 * enumerator in turn says what they show. Thread-safe.
 */
public final class PipelineGauges {

    private static final Map<MetricGroup, PipelineGauges> BY_GROUP = new WeakHashMap<>();

    private final Map<QualifiedName, Long> estimatedRows = new ConcurrentHashMap<>();
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
    }

    /** Where the values come from. */
    public interface Source {

        /** The value of {@code ns_pipeline_phase}. */
        int phase();

        /** Bytes by which the slot lags. */
        long slotLagBytes();
    }

    /** What a source leaves behind. */
    private record Past(int phase) implements Source {
        @Override
        public long slotLagBytes() {
            return 0;
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

    /** Sets the rows that a table's snapshot is expected to have; negative when unknown. */
    public void estimate(MetricGroup pipelineGroup, QualifiedName table, long rows) {
        if (estimatedRows.put(table, rows) == null) {
            SourceMetrics.tableGroup(pipelineGroup, table)
                    .gauge(SourceMetrics.SNAPSHOT_ESTIMATED_ROWS, () -> estimatedRows.get(table));
        }
    }
}
