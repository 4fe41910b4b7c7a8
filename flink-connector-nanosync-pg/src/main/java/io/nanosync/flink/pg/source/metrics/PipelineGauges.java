package io.nanosync.flink.pg.source.metrics;

import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * The gauges of the enumerator. Flink makes a new enumerator after a global failure but keeps the
 * metric group and what was registered in it, so the gauges belong to the group, and each
 * enumerator in turn says what they show. Thread-safe.
 */
public final class PipelineGauges {

    /** The values of {@link SourceMetric#SLOT_WAL_STATUS} from 1 on. */
    private static final List<String> WAL_STATUSES =
            List.of("reserved", "extended", "unreserved", "lost");

    private static final Map<MetricGroup, PipelineGauges> BY_GROUP = new WeakHashMap<>();

    private final Map<QualifiedName, TableSnapshot> tables = new ConcurrentHashMap<>();
    private volatile Source source = new Past(0);

    private PipelineGauges() {}

    /** The gauges in the scope of a pipeline; registered there when this is the first call. */
    public static PipelineGauges in(MetricScope pipeline) {
        synchronized (BY_GROUP) {
            PipelineGauges gauges = BY_GROUP.get(pipeline.group());
            if (gauges == null) {
                gauges = new PipelineGauges();
                gauges.register(pipeline);
                BY_GROUP.put(pipeline.group(), gauges);
            }
            return gauges;
        }
    }

    private void register(MetricScope pipeline) {
        SourceMetric.PHASE.gauge(pipeline, () -> source.phase());
        SourceMetric.SLOT_LAG_BYTES.gauge(pipeline, this::slotLagBytes);
        SourceMetric.SLOT_SAFE_WAL_BYTES.gauge(pipeline, this::slotSafeWalBytes);
        SourceMetric.SLOT_WAL_STATUS.gauge(pipeline, this::slotWalStatus);
    }

    private long slotLagBytes() {
        SlotState slot = source.slot();
        return slot == null ? 0 : slot.lagBytes();
    }

    private double slotSafeWalBytes() {
        SlotState slot = source.slot();
        Long safe = slot == null ? null : slot.safeWalBytes();
        return safe == null ? Double.POSITIVE_INFINITY : safe;
    }

    private int slotWalStatus() {
        SlotState slot = source.slot();
        String status = slot == null ? null : slot.isLost() ? "lost" : slot.walStatus();
        return status == null ? 0 : 1 + WAL_STATUSES.indexOf(status);
    }

    /** Where the values come from. */
    public interface Source {

        /** The value of {@code ns_pipeline_phase}. */
        int phase();

        /** The slot as it was seen last; null when it wasn't. */
        @Nullable SlotState slot();
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
        public @Nullable SlotState slot() {
            return null;
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
    public void show(MetricScope pipeline, QualifiedName table, TableSnapshot snapshot) {
        if (tables.put(table, snapshot) == null) {
            MetricScope scope = pipeline.table(table);
            SourceMetric.SNAPSHOT_ESTIMATED_ROWS.gauge(scope, () -> of(table).estimatedRows());
            SourceMetric.SNAPSHOT_SPLITS.gauge(scope, () -> of(table).splits());
            SourceMetric.SNAPSHOT_SPLITS_READ.gauge(scope, () -> of(table).splitsRead());
        }
    }

    private TableSnapshot of(QualifiedName table) {
        return Objects.requireNonNull(tables.get(table), table::toString);
    }
}
