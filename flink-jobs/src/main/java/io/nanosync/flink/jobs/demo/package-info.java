/** The demo: a real server, real load, and a comparison at the end. */
@NullMarked
package io.nanosync.flink.jobs.demo;

import org.jspecify.annotations.NullMarked;
