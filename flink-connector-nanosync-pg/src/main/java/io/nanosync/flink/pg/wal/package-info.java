/** Positions in the write-ahead log: values only, JDK only. */
@NullMarked
package io.nanosync.flink.pg.wal;

import org.jspecify.annotations.NullMarked;
