@NullMarked
package io.nanosync.flink.pg.source;

import org.jspecify.annotations.NullMarked;
