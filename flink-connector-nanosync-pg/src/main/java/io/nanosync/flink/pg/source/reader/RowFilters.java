package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.RowFilterException;
import io.nanosync.flink.pg.client.SnapshotIdentity;
import io.nanosync.flink.pg.client.SnapshotSession;
import io.nanosync.flink.pg.config.FreshSnapshot;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table the publication publishes: asked for once a table, since a snapshot shows
 * the same of it in each of its splits. Thread-safe.
 */
final class RowFilters {

    private final SourceConfig config;

    /** Through which changes follow the rows; null when none do. */
    private final @Nullable String publication;

    private final Map<Shown, Optional<String>> filters = new ConcurrentHashMap<>();

    /** A table as a snapshot shows it. */
    private record Shown(SnapshotIdentity snapshot, int table) {}

    RowFilters(SourceConfig config) {
        this.config = config;
        this.publication =
                config.startup() instanceof StartupMode.Snapshot ? null : config.publication();
    }

    /**
     * Under which condition rows of a split are captured; null when all are.
     *
     * @param session in a transaction on the split's snapshot
     */
    @Nullable String of(SnapshotSplit split, SnapshotSession session) throws PgException {
        if (publication == null) {
            return null;
        }
        Shown shown = new Shown(split.snapshot(), split.table().oid());
        Optional<String> filter = filters.get(shown);
        if (filter == null) {
            filter = Optional.ofNullable(session.rowFilter(publication, split.table().oid()));
            filters.put(shown, filter);
        }
        return filter.orElse(null);
    }

    /** One has no result for a row: what ends the pipeline, with what mends it. */
    PgException ended(RowFilterException failure) {
        return PgException.needsPerson(
                failure.getMessage() + ". Alter the filter first. " + FreshSnapshot.remedy(config));
    }
}
