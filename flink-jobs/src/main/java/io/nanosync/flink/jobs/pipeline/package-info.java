/** Pipelines files: reading, validating, all problems at once. */
@NullMarked
package io.nanosync.flink.jobs.pipeline;

import org.jspecify.annotations.NullMarked;
