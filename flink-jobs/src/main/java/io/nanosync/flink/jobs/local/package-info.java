/** Flink, PostgreSQL, files and logs of one process on one machine. */
@NullMarked
package io.nanosync.flink.jobs.local;

import org.jspecify.annotations.NullMarked;
