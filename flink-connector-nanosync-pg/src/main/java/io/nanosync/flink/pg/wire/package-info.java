/**
 * Decoders of PostgreSQL's wire formats: pure functions over byte buffers, without Flink, Arrow or
 * JDBC.
 */
@NullMarked
package io.nanosync.flink.pg.wire;

import org.jspecify.annotations.NullMarked;
