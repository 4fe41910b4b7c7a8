/** What lies in {@code docker/}, held against the code and the build. */
@NullMarked
package io.nanosync.flink.jobs.docker;

import org.jspecify.annotations.NullMarked;
