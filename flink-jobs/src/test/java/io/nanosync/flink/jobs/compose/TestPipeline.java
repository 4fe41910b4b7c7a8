package io.nanosync.flink.jobs.compose;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.SinkConfig;
import io.nanosync.flink.pg.config.Dsn;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.OptionValues;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.TableSelector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A pipeline whose server nobody asks. */
final class TestPipeline {

    private TestPipeline() {}

    static Pipeline in(Path stateDir, String name) {
        return in(stateDir, name, Map.of(), null);
    }

    static Pipeline in(
            Path stateDir,
            String name,
            Map<String, String> properties,
            @Nullable Duration checkpointTimeout) {
        return new Pipeline(
                new SourceConfig(
                        Dsn.parse("postgres://u@127.0.0.1:1/d").orThrow(),
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
