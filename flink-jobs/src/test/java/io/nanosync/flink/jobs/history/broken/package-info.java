/** Builds of the product that are broken on purpose: each must be found. */
@NullMarked
package io.nanosync.flink.jobs.history.broken;

import org.jspecify.annotations.NullMarked;
