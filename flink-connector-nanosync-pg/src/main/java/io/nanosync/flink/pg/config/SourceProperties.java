package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.config.SourceConfig.UnrepresentablePolicy;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a source, validated, with their defaults: what {@link SourceOptions#parse}
 * gives.
 *
 * @param slot as configured; null for the name derived from the pipeline
 * @param publication as configured; null for the name derived from the pipeline
 * @param drift as configured; null for the default, which differs by who can be asked
 */
public record SourceProperties(
        @Nullable String slot,
        @Nullable String publication,
        StartupMode startup,
        SourceConfig.Snapshot snapshot,
        SourceConfig.Stream stream,
        UnrepresentablePolicy unrepresentable,
        @Nullable DriftPolicy drift)
        implements Serializable {

    /** The slot of a pipeline with these properties. */
    public String slot(String pipeline) {
        return slot == null ? PipelineNames.slot(pipeline) : slot;
    }

    /** The publication of a pipeline with these properties. */
    public String publication(String pipeline) {
        return publication == null ? PipelineNames.publication(pipeline) : publication;
    }

    /**
     * The whole configuration of a source in SQL or DataStream use: no state directory, no waiting
     * for a first checkpoint, no restart of a lost snapshot.
     */
    public SourceConfig toConfig(
            ConnectionConfig connection, String pipeline, List<TableSelector> tables) {
        return toConfig(connection, pipeline, tables, null, false, false);
    }

    /**
     * The whole configuration of a source; the parameters are those of {@link SourceConfig}.
     *
     * @throws IllegalArgumentException when it is to wait for a person whom nothing could ask
     */
    public SourceConfig toConfig(
            ConnectionConfig connection,
            String pipeline,
            List<TableSelector> tables,
            @Nullable String stateDir,
            boolean awaitCheckpoint,
            boolean restartsSnapshot) {
        return new SourceConfig(
                        connection,
                        pipeline,
                        List.copyOf(tables),
                        slot(pipeline),
                        publication(pipeline),
                        startup,
                        snapshot,
                        stream,
                        unrepresentable,
                        stateDir,
                        awaitCheckpoint,
                        restartsSnapshot)
                .onDrift(policy(stateDir));
    }

    private DriftPolicy policy(@Nullable String stateDir) {
        return Objects.requireNonNullElse(
                drift, stateDir == null ? DriftPolicy.FAIL : DriftPolicy.PAUSE);
    }
}
