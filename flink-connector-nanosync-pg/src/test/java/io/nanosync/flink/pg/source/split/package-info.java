@NullMarked
package io.nanosync.flink.pg.source.split;

import org.jspecify.annotations.NullMarked;
