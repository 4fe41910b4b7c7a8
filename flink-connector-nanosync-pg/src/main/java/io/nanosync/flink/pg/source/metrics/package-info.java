/** Names and registration of metrics. */
@NullMarked
package io.nanosync.flink.pg.source.metrics;

import org.jspecify.annotations.NullMarked;
