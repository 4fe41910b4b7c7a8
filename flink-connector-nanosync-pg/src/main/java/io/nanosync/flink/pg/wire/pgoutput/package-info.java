/** The messages of the logical replication plugin pgoutput, protocol version 1. */
@NullMarked
package io.nanosync.flink.pg.wire.pgoutput;

import org.jspecify.annotations.NullMarked;
