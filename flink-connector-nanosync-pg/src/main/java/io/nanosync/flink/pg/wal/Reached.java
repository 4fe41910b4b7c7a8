package io.nanosync.flink.pg.wal;

import java.io.Serializable;

/**
 * Up to where contents are known from a timeline: a server on which they are others isn't the one
 * that was read.
 */
public record Reached(Timeline timeline, Lsn lsn) implements Serializable {}
