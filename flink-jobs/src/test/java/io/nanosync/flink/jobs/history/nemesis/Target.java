package io.nanosync.flink.jobs.history.nemesis;

import io.nanosync.flink.jobs.history.AlteredSchemas;
import io.nanosync.flink.jobs.history.AlteredTables;
import io.nanosync.flink.jobs.history.Journal;
import io.nanosync.flink.jobs.history.ReadRequests;
import io.nanosync.flink.jobs.history.Replicas;
import io.nanosync.flink.jobs.history.Reviewer;
import io.nanosync.flink.jobs.history.job.HistoryJob;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.pg.testing.TcpProxy;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.TestPostgres;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the nemesis can reach.
 *
 * @param server the only one; null where there are replicas
 * @param replicas where a standby may be promoted; else null
 * @param proxy all connections of the pipeline go through it
 * @param gap what was lost on purpose; null as long as nothing was
 */
public record Target(
        @Nullable TestPostgres server,
        @Nullable Replicas replicas,
        TestDatabase database,
        TcpProxy proxy,
        Pipeline pipeline,
        HistoryJob job,
        AlteredTables tables,
        ReadRequests requests,
        AlteredSchemas schemas,
        Reviewer reviewer,
        Journal journal,
        AtomicReference<@Nullable Gap> gap) {

    /** The only server. */
    TestPostgres onlyServer() {
        return Objects.requireNonNull(server, "There are two servers");
    }

    /** Changes are missing from now on, unless some were before. */
    void gapBegins(String words) {
        Lsn now = Lsn.parse(database.queryString("SELECT pg_current_wal_insert_lsn()"));
        gap.compareAndSet(null, new Gap(words, now));
    }
}
