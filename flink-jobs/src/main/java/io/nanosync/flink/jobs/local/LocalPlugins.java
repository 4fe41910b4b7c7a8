package io.nanosync.flink.jobs.local;

import io.nanosync.flink.jobs.metrics.ProcessReporter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.plugin.PluginManager;
import org.apache.flink.core.plugin.PluginUtils;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Flink's plugins, and the reporter of local runs. Not a service file: that would be in the job jar
 * too, where the cluster's reporters are the user's business.
 */
final class LocalPlugins implements PluginManager {

    private final PluginManager installed;

    LocalPlugins(Configuration settings) {
        this.installed = PluginUtils.createPluginManagerFromRootFolder(settings);
    }

    @Override
    public <P> Iterator<P> load(Class<P> service) {
        if (service != MetricReporterFactory.class) {
            return installed.load(service);
        }
        List<P> reporters = new ArrayList<>();
        installed.load(service).forEachRemaining(reporters::add);
        reporters.add(service.cast(new ProcessReporter.Factory()));
        return reporters.iterator();
    }
}
