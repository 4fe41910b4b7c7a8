/**
 * Compares what arrived in Arrow files with the source: the files are replayed into shadow tables
 * on the same server, and PostgreSQL is the judge.
 */
@NullMarked
package io.nanosync.flink.jobs.demo.replay;

import org.jspecify.annotations.NullMarked;
