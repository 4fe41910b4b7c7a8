/** The binary format of COPY. */
@NullMarked
package io.nanosync.flink.pg.wire.copy;

import org.jspecify.annotations.NullMarked;
