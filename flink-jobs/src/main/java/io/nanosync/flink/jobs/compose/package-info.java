/** Turns a validated pipeline into a Flink job. */
@NullMarked
package io.nanosync.flink.jobs.compose;

import org.jspecify.annotations.NullMarked;
