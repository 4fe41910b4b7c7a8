package io.nanosync.flink.pg.source.contract;

import io.nanosync.flink.pg.client.ServerIdentity;
import io.nanosync.flink.pg.wal.Timeline;

/** A server whose WAL and slot have all that is behind a place, and its timeline. */
public record FollowedServer(ServerIdentity identity, Timeline timeline) {}
