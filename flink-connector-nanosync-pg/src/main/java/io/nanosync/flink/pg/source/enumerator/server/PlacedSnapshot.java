package io.nanosync.flink.pg.source.enumerator.server;

import io.nanosync.flink.pg.client.Keeper;
import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotPlan;
import io.nanosync.flink.pg.wal.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot that was taken, and where in the WAL.
 *
 * @param consistentPoint see {@link SnapshotPlan}
 * @param end see {@link SnapshotPlan}
 */
record PlacedSnapshot(Keeper keeper, Lsn consistentPoint, @Nullable Lsn end) {}
