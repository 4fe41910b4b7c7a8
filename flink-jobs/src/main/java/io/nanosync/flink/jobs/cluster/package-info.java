/** Flink clusters over their REST interface: where a pipeline runs, starting and stopping it. */
@NullMarked
package io.nanosync.flink.jobs.cluster;

import org.jspecify.annotations.NullMarked;
