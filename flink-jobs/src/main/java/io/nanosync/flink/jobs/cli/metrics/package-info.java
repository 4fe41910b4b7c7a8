/** What a local run knows of its jobs: Flink's metrics in this process, also as Prometheus text. */
@NullMarked
package io.nanosync.flink.jobs.cli.metrics;

import org.jspecify.annotations.NullMarked;
