package io.nanosync.flink.jobs.testing;

import io.nanosync.flink.jobs.metrics.PrometheusReporterFactory;
import io.nanosync.flink.pg.testing.FlinkCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.core.plugin.DefaultPluginManager;
import org.apache.flink.core.plugin.DirectoryBasedPluginFinder;
import org.apache.flink.core.plugin.PluginManager;

/** The packed reporter as Flink has it: a jar in a folder of its own in {@code plugins}. */
public final class MetricsPlugin {

    private MetricsPlugin() {}

    /** The jar as it was packed. */
    public static Path jar() {
        Path jar = Path.of("target", "nanosync-metrics.jar").toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new IllegalStateException("No " + jar + ". Run: mvn verify -DskipTests");
        }
        return jar;
    }

    /** A cluster with the reporter, whose processes each listen on one of these ports. */
    public static FlinkCluster.Builder on(FlinkCluster.Builder cluster, List<Integer> ports) {
        String reporter = "metrics.reporter.nanosync.";
        return cluster.plugin(jar())
                .option("metrics.reporters", "nanosync")
                .option(reporter + "factory.class", PrometheusReporterFactory.class.getName())
                .option(
                        reporter + "port",
                        ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }

    /** Flink's plugin manager over this folder, which gets the jar. */
    public static PluginManager installedIn(Path plugins) throws IOException {
        Path folder = Files.createDirectories(plugins.resolve("nanosync-metrics"));
        Files.copy(jar(), folder.resolve("nanosync-metrics.jar"));
        return new DefaultPluginManager(
                new DirectoryBasedPluginFinder(plugins).findPlugins(),
                CoreOptions.getPluginParentFirstLoaderPatterns(new Configuration()));
    }
}
