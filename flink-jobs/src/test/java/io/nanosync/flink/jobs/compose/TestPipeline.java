package io.nanosync.flink.jobs.compose;

import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.SinkConfig;
import io.nanosync.flink.pg.config.Dsn;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.SourceOptions;
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
                name,
                "file://" + stateDir + "/" + name,
                Dsn.parse("postgres://u@127.0.0.1:1/d").orThrow(),
                List.of(TableSelector.parse("public.orders")),
                SourceOptions.parse(properties, NameStyle.UNDERSCORE).orThrow(),
                new SinkConfig.Blackhole(),
                Duration.ofMillis(100),
                checkpointTimeout,
                null);
    }
}
