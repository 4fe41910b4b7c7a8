/** The seeded load. */
@NullMarked
package io.nanosync.flink.jobs.history.load;

import org.jspecify.annotations.NullMarked;
