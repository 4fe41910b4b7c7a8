package io.nanosync.flink.pg.source.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanosync.flink.pg.client.SlotState;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is shown of a slot, whatever was seen of it. */
final class PipelineGaugesTest {

    private final Map<String, Gauge<?>> registered = new HashMap<>();
    private @Nullable SlotState slot;

    private final class Group extends UnregisteredMetricsGroup {
        @Override
        public MetricGroup addGroup(String key, String value) {
            return this;
        }

        @Override
        public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
            registered.put(name, gauge);
            return gauge;
        }
    }

    private final PipelineGauges.Source source =
            new PipelineGauges.Source() {
                @Override
                public int phase() {
                    return 3;
                }

                @Override
                public @Nullable SlotState slot() {
                    return slot;
                }
            };

    private static SlotState slot(
            @Nullable String walStatus, @Nullable String invalidation, @Nullable Long safeBytes) {
        return new SlotState(
                "s",
                "pgoutput",
                "db",
                null,
                new Lsn(5),
                walStatus,
                invalidation,
                safeBytes,
                null,
                77,
                false,
                false,
                false,
                false);
    }

    private double value(SourceMetric metric) {
        return ((Number) registered.get(metric.id()).getValue()).doubleValue();
    }

    private void assertStatus(int number, @Nullable SlotState seen) {
        slot = seen;
        assertThat(value(SourceMetric.SLOT_WAL_STATUS)).isEqualTo(number);
    }

    @Test
    void statusesAreNumberedTheWorseTheLarger() {
        PipelineGauges.in(MetricScope.of(new Group()).pipeline("p")).show(source);
        assertStatus(0, null);
        assertStatus(0, slot(null, null, null));
        assertStatus(1, slot("reserved", null, null));
        assertStatus(2, slot("extended", null, null));
        assertStatus(3, slot("unreserved", null, null));
        assertStatus(4, slot("lost", null, null));
        assertStatus(4, slot("reserved", "idle_timeout", null));
    }

    @Test
    void slotShowsItsLagAndWhatIsLeft() {
        PipelineGauges gauges = PipelineGauges.in(MetricScope.of(new Group()).pipeline("p"));
        gauges.show(source);
        assertThat(value(SourceMetric.SLOT_LAG_BYTES)).isZero();
        assertThat(value(SourceMetric.SLOT_SAFE_WAL_BYTES)).isInfinite();
        slot = slot("extended", null, 1000L);
        assertThat(value(SourceMetric.SLOT_LAG_BYTES)).isEqualTo(77);
        assertThat(value(SourceMetric.SLOT_SAFE_WAL_BYTES)).isEqualTo(1000);
        gauges.end(source);
        assertThat(value(SourceMetric.PHASE)).isEqualTo(3);
        assertThat(value(SourceMetric.SLOT_WAL_STATUS)).isZero();
    }
}
