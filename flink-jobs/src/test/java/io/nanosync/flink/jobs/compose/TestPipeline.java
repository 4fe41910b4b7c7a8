package io.nanosync.flink.jobs.compose;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.SinkConfig;
import io.nanosync.flink.pg.config.Dsn;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.OptionValues;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.TableSelector;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pipelines of one table. */
final class TestPipeline {

    private TestPipeline() {}

    /** A pipeline whose server nobody asks. */
    static Pipeline in(Path stateDir, String name) {
        return in(stateDir, name, Map.of(), null);
    }

    static Pipeline in(
            Path stateDir,
            String name,
            Map<String, String> properties,
            @Nullable Duration checkpointTimeout) {
        return of("postgres://u@127.0.0.1:1/d", stateDir, name, properties, checkpointTimeout);
    }

    /** A pipeline of a server that is there. */
    static Pipeline of(TestDatabase database, Path stateDir, String name) {
        return of(database.dsn(), stateDir, name, Map.of(), null);
    }

    private static Pipeline of(
            String dsn,
            Path stateDir,
            String name,
            Map<String, String> properties,
            @Nullable Duration checkpointTimeout) {
        return new Pipeline(
                new SourceConfig(
                        Dsn.parse(dsn).orThrow(),
                        name,
                        List.of(TableSelector.parse("public.orders")),
                        OptionValues.of(properties, NameStyle.UNDERSCORE).orThrow(),
                        "file://" + stateDir + "/" + name,
                        true,
                        true,
                        List.of()),
                new SinkConfig.Blackhole(),
                Duration.ofMillis(100),
                checkpointTimeout,
                null);
    }
}
