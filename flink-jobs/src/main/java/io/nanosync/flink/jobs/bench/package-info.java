/** The benchmark: the connector beside the bare limits of server and driver, in one run. */
@NullMarked
package io.nanosync.flink.jobs.bench;

import org.jspecify.annotations.NullMarked;
