package io.nanosync.flink.pg.source.enumerator;

import io.nanosync.flink.pg.client.jdbc.JdbcPgClient;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.source.enumerator.server.SessionRegistry;
import io.nanosync.flink.pg.source.split.PgSplit;
import java.time.Duration;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;

/** An enumerator that asks the keeper of the snapshot more often than usual. */
public final class WatchfulEnumerator {

    private WatchfulEnumerator() {}

    public static PgSplitEnumerator of(
            SplitEnumeratorContext<PgSplit> context,
            SourceConfig config,
            @Nullable EnumeratorCheckpoint restored,
            Duration keeperPeriod) {
        return new PgSplitEnumerator(
                context,
                config,
                new JdbcPgClient(config.connection(), config.walSenderTimeout()),
                restored,
                SessionRegistry.process(),
                new Timings(Timings.USUAL.checkpointPatience(), keeperPeriod));
    }
}
