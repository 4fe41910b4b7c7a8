/** Flink type information and serializer of change batches. */
@NullMarked
package io.nanosync.flink.pg.typeinfo;

import org.jspecify.annotations.NullMarked;
