package io.nanosync.flink.jobs.local;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.configuration.ConfigConstants;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginManager;
import org.apache.flink.core.plugin.PluginUtils;
import org.jspecify.annotations.Nullable;

/**
 * File systems of Flink's plugins, for a command's process: the plugins of {@code
 * FLINK_PLUGINS_DIR}, configured by {@code FLINK_CONF_DIR}, as Flink's own commands have them.
 */
public final class PluginFileSystems {

    private static final AtomicBoolean DONE = new AtomicBoolean();

    private PluginFileSystems() {}

    /**
     * Makes them known to this process. Must come before any file of them is looked at; the first
     * call counts. Logs, so in a run it must come behind {@link Logs#to}.
     *
     * @throws StateFolderException when Flink's configuration can't be read
     */
    public static void install() throws StateFolderException {
        if (DONE.get()) {
            return;
        }
        Configuration settings = settings();
        FileSystem.initialize(settings, plugins(settings));
        DONE.set(true);
    }

    /** Null where nobody named a folder: Flink would take one in the current folder. */
    static @Nullable PluginManager plugins(Configuration settings) {
        return System.getenv(ConfigConstants.ENV_FLINK_PLUGINS_DIR) == null
                ? null
                : PluginUtils.createPluginManagerFromRootFolder(settings);
    }

    private static Configuration settings() throws StateFolderException {
        try {
            return GlobalConfiguration.loadConfiguration();
        } catch (RuntimeException e) {
            throw new StateFolderException(
                    "Cannot read Flink's configuration in "
                            + System.getenv("FLINK_CONF_DIR")
                            + " (FLINK_CONF_DIR): "
                            + e.getMessage(),
                    e);
        }
    }
}
