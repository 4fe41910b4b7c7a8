package io.nanosync.flink.pg.source.split;

import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A piece of work for a reader. Immutable; a reader keeps its progress apart and writes a new split
 * at each checkpoint.
 */
public sealed interface PgSplit extends SourceSplit
        permits SnapshotSplit, RestartSplit, StreamSplit, FinishedSplit {}
