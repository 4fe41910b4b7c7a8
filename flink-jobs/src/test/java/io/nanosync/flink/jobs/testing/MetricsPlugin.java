package io.nanosync.flink.jobs.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Flink's plugin manager over this folder, which gets the jar. */
    public static PluginManager installedIn(Path plugins) throws IOException {
        Path folder = Files.createDirectories(plugins.resolve("nanosync-metrics"));
        Files.copy(jar(), folder.resolve("nanosync-metrics.jar"));
        return new DefaultPluginManager(
                new DirectoryBasedPluginFinder(plugins).findPlugins(),
                CoreOptions.getPluginParentFirstLoaderPatterns(new Configuration()));
    }
}
