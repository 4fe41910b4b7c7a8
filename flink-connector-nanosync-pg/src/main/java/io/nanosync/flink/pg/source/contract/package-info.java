/** Holds a running pipeline to its capture contract; used by enumerator and reader. */
@NullMarked
package io.nanosync.flink.pg.source.contract;

import org.jspecify.annotations.NullMarked;
