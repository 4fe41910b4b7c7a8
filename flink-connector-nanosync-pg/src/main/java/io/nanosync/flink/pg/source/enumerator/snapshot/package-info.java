/**
 * What is read of a snapshot, what comes next, what is out with readers. Pure: no I/O, no thread.
 */
@NullMarked
package io.nanosync.flink.pg.source.enumerator.snapshot;

import org.jspecify.annotations.NullMarked;
