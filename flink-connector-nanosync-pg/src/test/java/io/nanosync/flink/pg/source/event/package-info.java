@NullMarked
package io.nanosync.flink.pg.source.event;

import org.jspecify.annotations.NullMarked;
