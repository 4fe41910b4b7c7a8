/** Crashes of whole processes under load, and what must be left of them: nothing. */
@NullMarked
package io.nanosync.flink.jobs.crash;

import org.jspecify.annotations.NullMarked;
