package io.nanosync.flink.pg.source.metrics;

import io.nanosync.flink.pg.columnar.Op;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.flink.metrics.MetricGroup;

/**
 * A group of metrics, and which labels it gives them. Metrics are registered with {@link
 * SourceMetric}, which takes no scope with other labels than it says.
 */
public final class MetricScope {

    private final MetricGroup group;
    private final List<Label> labels;

    private MetricScope(MetricGroup group, List<Label> labels) {
        this.group = group;
        this.labels = labels;
    }

    /** That of an operator, whose metrics have no labels of ours. */
    public static MetricScope of(MetricGroup operator) {
        return new MetricScope(operator, List.of());
    }

    /** That of a pipeline in this one. */
    public MetricScope pipeline(String pipeline) {
        return labelled(Label.PIPELINE, pipeline);
    }

    /** That of a table in this one. */
    public MetricScope table(QualifiedName table) {
        return labelled(Label.TABLE, table.toString());
    }

    /** That of an operation in this one. */
    public MetricScope operation(Op operation) {
        return labelled(Label.OPERATION, operation.name().toLowerCase(Locale.ROOT));
    }

    private MetricScope labelled(Label label, String value) {
        return new MetricScope(
                group.addGroup(label.label(), value),
                Stream.concat(labels.stream(), Stream.of(label)).toList());
    }

    MetricGroup group() {
        return group;
    }

    List<Label> labels() {
        return labels;
    }
}
