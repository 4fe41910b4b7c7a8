/** Sinks of pipelines. */
@NullMarked
package io.nanosync.flink.jobs.sink;

import org.jspecify.annotations.NullMarked;
