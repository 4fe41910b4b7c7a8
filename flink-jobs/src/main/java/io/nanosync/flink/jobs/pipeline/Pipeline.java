package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One pipeline, validated.
 *
 * @param source what it captures and how: with a state directory, {@code <state_dir>/<name>}, with
 *     checkpoints, and for consumers that know truncate
 * @param checkpointTimeout null where the file leaves it to the cluster, or to the default
 * @param parallelism Flink subtasks of source and sink; null where the file leaves it to the
 *     cluster
 */
public record Pipeline(
        SourceConfig source,
        SinkConfig sink,
        Duration checkpointInterval,
        @Nullable Duration checkpointTimeout,
        @Nullable Integer parallelism)
        implements Serializable {

    /** Its name. */
    public String name() {
        return source.pipeline();
    }

    /** Its folder, as a URI of a Flink file system. */
    public String stateDir() {
        return Objects.requireNonNull(source.stateDir());
    }

    /** Where its tables are. */
    public ConnectionConfig connection() {
        return source.connection();
    }

    /** What it captures. */
    public List<TableSelector> tables() {
        return source.tables();
    }

    /** Its replication slot. */
    public String slot() {
        return source.slot();
    }

    /** Its publication. */
    public String publication() {
        return source.publication();
    }

    /** Whether its entries stand for a table of this name. */
    public boolean captures(QualifiedName table) {
        return TableSelector.anyCovers(tables(), table);
    }

    /** Whether it ends by itself: a snapshot without a stream. */
    public boolean isBounded() {
        return source.startup() instanceof StartupMode.Snapshot;
    }
}
