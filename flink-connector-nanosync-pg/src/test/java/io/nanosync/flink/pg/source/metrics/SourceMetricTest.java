package io.nanosync.flink.pg.source.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanosync.flink.pg.columnar.Op;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.stream.Stream;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

final class SourceMetricTest {

    private static final QualifiedName TABLE = new QualifiedName("public", "t");

    private final MetricScope pipeline =
            MetricScope.of(new UnregisteredMetricsGroup()).pipeline("p");

    @Test
    void namesAreOnceAndEndInWhatTheyCount() {
        assertThat(SourceMetric.values()).extracting(SourceMetric::id).doesNotHaveDuplicates();
        for (SourceMetric metric : SourceMetric.values()) {
            assertThat(metric.id()).matches("ns(_[a-z]+)+");
            assertThat(metric.id().endsWith("_total"))
                    .as(metric.id())
                    .isEqualTo(metric.kind() == SourceMetric.Kind.COUNTER);
            String suffix = metric.unit().suffix();
            if (suffix != null) {
                assertThat(metric.id().replaceFirst("_total$", "")).endsWith(suffix);
            }
            assertThat(SourceMetric.named(metric.id())).isSameAs(metric);
        }
        assertThat(SourceMetric.named("numRecordsIn")).isNull();
    }

    @Test
    void descriptionsAreSentencesOfOneLineInATable() {
        Stream.concat(
                        Stream.of(SourceMetric.values()).map(SourceMetric::description),
                        Stream.of(StandardMetric.values()).map(StandardMetric::description))
                .forEach(text -> assertThat(text).endsWith(".").doesNotContain("|", "\n", "  "));
    }

    @Test
    void isRegisteredUnderItsOwnLabelsOnly() {
        MetricScope operation = pipeline.table(TABLE).operation(Op.INSERT);
        assertThat(SourceMetric.CDC_EVENTS.counter(operation).getCount()).isZero();
        assertThatThrownBy(() -> SourceMetric.CDC_EVENTS.counter(pipeline.table(TABLE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Metric ns_cdc_events_total is a COUNTER of [PIPELINE, TABLE, OPERATION],"
                                + " not a COUNTER of [PIPELINE, TABLE]");
    }

    @Test
    void isRegisteredAsWhatItIsOnly() {
        assertThatThrownBy(() -> SourceMetric.PHASE.text(pipeline, () -> "starting"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ns_pipeline_phase is a GAUGE");
        assertThatThrownBy(() -> SourceMetric.RECONNECTS.gauge(pipeline, () -> 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
