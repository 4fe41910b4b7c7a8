/**
 * The connector's own metrics of the jobs in this process, as Prometheus text: for a local run, and
 * as a plugin for the processes of a cluster.
 */
@NullMarked
package io.nanosync.flink.jobs.metrics;

import org.jspecify.annotations.NullMarked;
