/** Splits and their serializer: what enumerator and reader share. */
@NullMarked
package io.nanosync.flink.pg.source.split;

import org.jspecify.annotations.NullMarked;
