package io.nanosync.flink.jobs.history.nemesis;

import io.nanosync.flink.pg.wal.Lsn;

/**
 * Changes that the slot didn't deliver.
 *
 * @param words what a refusal must name
 * @param begin everything before it was delivered
 */
public record Gap(String words, Lsn begin) {}
