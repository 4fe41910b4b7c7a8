package io.nanosync.flink.pg.source;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.StartupMode;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.config.TableSelectors;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Source configurations for tests: small splits and pages, so that small tables have many of them.
 */
public final class Configs {

    private Configs() {}

    public static SourceConfig initial(TestDatabase database, String pipeline, String... tables) {
        return of(database, pipeline, new StartupMode.Initial(), tables);
    }

    public static SourceConfig of(
            TestDatabase database, String pipeline, StartupMode startup, String... tables) {
        return of(database.connectionConfig(), pipeline, startup, tables);
    }

    public static SourceConfig of(
            ConnectionConfig connection, String pipeline, StartupMode startup, String... tables) {
        List<TableSelector> selectors = Stream.of(tables).map(TableSelectors::parse).toList();
        return new SourceConfig(
                connection,
                pipeline,
                selectors,
                "nanosync_slot_" + pipeline,
                "nanosync_pub_" + pipeline,
                startup,
                new SourceConfig.Snapshot(3, 500, 8, 1 << 20),
                new SourceConfig.Stream(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(1),
                        5000,
                        false,
                        5,
                        131_072),
                SourceConfig.UnrepresentablePolicy.FAIL,
                null,
                true,
                true);
    }

    /** As where the environment isn't visible: nobody knows whether checkpoints are on. */
    public static SourceConfig unawareOfCheckpoints(SourceConfig config) {
        return with(config, config.stateDir(), false, config.restartsSnapshot());
    }

    /** As for consumers without a truncate. */
    public static SourceConfig withoutTruncate(SourceConfig config) {
        return with(config, config.stateDir(), config.awaitCheckpoint(), false);
    }

    /** With a state directory. */
    public static SourceConfig withStateDir(SourceConfig config, String stateDir) {
        return with(config, stateDir, config.awaitCheckpoint(), config.restartsSnapshot());
    }

    private static SourceConfig with(
            SourceConfig config,
            @Nullable String stateDir,
            boolean awaitCheckpoint,
            boolean restartsSnapshot) {
        return new SourceConfig(
                config.connection(),
                config.pipeline(),
                config.tables(),
                config.slot(),
                config.publication(),
                config.startup(),
                config.snapshot(),
                config.stream(),
                config.unrepresentable(),
                stateDir,
                awaitCheckpoint,
                restartsSnapshot);
    }
}
