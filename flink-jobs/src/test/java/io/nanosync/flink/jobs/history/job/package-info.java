/** A pipeline's job in a cluster of this process, with what can be broken in it. */
@NullMarked
package io.nanosync.flink.jobs.history.job;

import org.jspecify.annotations.NullMarked;
