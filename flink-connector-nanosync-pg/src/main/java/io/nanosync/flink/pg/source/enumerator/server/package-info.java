/**
 * The pipeline's part on the PostgreSQL server, as the enumerator has it: session and lock, slot
 * and publication, keeper, what is watched. Everything here blocks and knows nothing of phases;
 * {@link io.nanosync.flink.pg.source.enumerator.server.PipelineServer} is the way in.
 */
@NullMarked
package io.nanosync.flink.pg.source.enumerator.server;

import org.jspecify.annotations.NullMarked;
