package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.SourceProperties;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pipeline, validated.
 *
 * @param stateDir its folder, {@code <state_dir>/<name>}, as a URI of a Flink file system
 * @param tables what it captures
 * @param properties how
 * @param checkpointTimeout null where the file leaves it to the cluster, or to the default
 * @param parallelism Flink subtasks of source and sink; null where the file leaves it to the
 *     cluster
 */
public record Pipeline(
        String name,
        String stateDir,
        ConnectionConfig connection,
        List<TableSelector> tables,
        SourceProperties properties,
        SinkConfig sink,
        Duration checkpointInterval,
        @Nullable Duration checkpointTimeout,
        @Nullable Integer parallelism)
        implements Serializable {

    /** Its replication slot. */
    public String slot() {
        return properties.slot(name);
    }

    /** Its publication. */
    public String publication() {
        return properties.publication(name);
    }

    /** Whether its entries stand for a table of this name. */
    public boolean captures(QualifiedName table) {
        return TableSelector.anyCovers(tables, table);
    }

    /** Whether it ends by itself: a snapshot without a stream. */
    public boolean isBounded() {
        return properties.startup() instanceof StartupMode.Snapshot;
    }
}
