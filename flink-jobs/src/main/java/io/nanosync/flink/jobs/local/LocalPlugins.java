package io.nanosync.flink.jobs.local;

import io.nanosync.flink.jobs.metrics.ProcessReporter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.plugin.PluginManager;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.jspecify.annotations.Nullable;

/**
 * Flink's plugins of {@code FLINK_PLUGINS_DIR}, and the reporter of local runs. Not a service file:
 * that would be in the job jar too, where the cluster's reporters are the user's business.
 */
final class LocalPlugins implements PluginManager {

    private final @Nullable PluginManager installed;

    LocalPlugins(Configuration settings) {
        this.installed = PluginFileSystems.plugins(settings);
    }

    @Override
    public <P> Iterator<P> load(Class<P> service) {
        List<P> found = new ArrayList<>();
        if (installed != null) {
            installed.load(service).forEachRemaining(found::add);
        }
        if (service == MetricReporterFactory.class) {
            found.add(service.cast(new ProcessReporter.Factory()));
        }
        return found.iterator();
    }
}
