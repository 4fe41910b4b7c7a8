package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.source.enumerator.server.Lineage;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint holds of the enumerator.
 *
 * @param lineage where this state stands among the pipeline's; null as long as there is none to go
 *     on from, and in checkpoints of versions before 8
 */
public record EnumeratorCheckpoint(EnumeratorState state, @Nullable Lineage lineage) {}
