/** The nanosync command. */
@NullMarked
package io.nanosync.flink.jobs.cli;

import org.jspecify.annotations.NullMarked;
