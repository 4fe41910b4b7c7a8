/** Progress of a local run, on a terminal or line by line. */
@NullMarked
package io.nanosync.flink.jobs.local.progress;

import org.jspecify.annotations.NullMarked;
