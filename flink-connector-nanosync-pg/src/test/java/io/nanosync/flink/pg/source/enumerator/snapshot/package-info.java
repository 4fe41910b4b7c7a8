@NullMarked
package io.nanosync.flink.pg.source.enumerator.snapshot;

import org.jspecify.annotations.NullMarked;
