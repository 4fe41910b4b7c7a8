/** What is done to a pipeline, and what must follow. */
@NullMarked
package io.nanosync.flink.jobs.history.nemesis;

import org.jspecify.annotations.NullMarked;
