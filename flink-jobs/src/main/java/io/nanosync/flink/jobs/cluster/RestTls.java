package io.nanosync.flink.jobs.cluster;

import java.nio.file.Path;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.runtime.net.SSLUtils;

/**
 * Whom a command trusts that asks a cluster by {@code https://}, and what it shows of itself: as
 * Flink's configuration in {@code FLINK_CONF_DIR} says. For what that leaves open Java's system
 * properties count, {@code javax.net.ssl.trustStore} and {@code keyStore}, and without those the
 * authorities that Java knows.
 */
public final class RestTls {

    private static final String FLINK_KEYS = "security.ssl.";
    private static final String INTERNAL_KEYS = FLINK_KEYS + "internal.";
    private static final String JAVA_KEYS = "javax.net.ssl.";

    private RestTls() {}

    /** What Flink's own client needs to know. */
    public static Configuration settings() throws ClusterException {
        Configuration settings = new Configuration();
        ofFlink()
                .toMap()
                .forEach(
                        (key, value) -> {
                            // They go to the cluster with the job, as those of flink run do.
                            if (key.startsWith(FLINK_KEYS) && !key.startsWith(INTERNAL_KEYS)) {
                                settings.setString(key, value);
                            }
                        });
        settings.set(SecurityOptions.SSL_REST_ENABLED, true);
        if (!has(settings, SecurityOptions.SSL_REST_TRUSTSTORE, SecurityOptions.SSL_TRUSTSTORE)) {
            trustAsJava(settings);
        }
        if (!has(settings, SecurityOptions.SSL_REST_KEYSTORE, SecurityOptions.SSL_KEYSTORE)
                && System.getProperty(JAVA_KEYS + "keyStore") != null) {
            showAsJava(settings);
        }
        return settings;
    }

    private static Configuration ofFlink() throws ClusterException {
        try {
            return GlobalConfiguration.loadConfiguration();
        } catch (RuntimeException e) {
            throw ClusterException.notDone(
                    "Cannot read Flink's configuration in "
                            + System.getenv("FLINK_CONF_DIR")
                            + " (FLINK_CONF_DIR): "
                            + e.getMessage(),
                    e);
        }
    }

    private static boolean has(
            Configuration settings, ConfigOption<String> own, ConfigOption<String> common) {
        return settings.contains(own) || settings.contains(common);
    }

    private static void trustAsJava(Configuration settings) {
        Path known = Path.of(System.getProperty("java.home"), "lib", "security", "cacerts");
        settings.set(
                SecurityOptions.SSL_REST_TRUSTSTORE,
                System.getProperty(JAVA_KEYS + "trustStore", known.toString()));
        settings.set(
                SecurityOptions.SSL_REST_TRUSTSTORE_PASSWORD,
                System.getProperty(JAVA_KEYS + "trustStorePassword", "changeit"));
        String type = System.getProperty(JAVA_KEYS + "trustStoreType");
        if (type != null) {
            settings.set(SecurityOptions.SSL_REST_TRUSTSTORE_TYPE, type);
        }
    }

    private static void showAsJava(Configuration settings) {
        String password = System.getProperty(JAVA_KEYS + "keyStorePassword", "");
        settings.set(SecurityOptions.SSL_REST_AUTHENTICATION_ENABLED, true);
        settings.set(
                SecurityOptions.SSL_REST_KEYSTORE,
                Objects.requireNonNull(System.getProperty(JAVA_KEYS + "keyStore")));
        settings.set(SecurityOptions.SSL_REST_KEYSTORE_PASSWORD, password);
        settings.set(SecurityOptions.SSL_REST_KEY_PASSWORD, password);
        String type = System.getProperty(JAVA_KEYS + "keyStoreType");
        if (type != null) {
            settings.set(SecurityOptions.SSL_REST_KEYSTORE_TYPE, type);
        }
    }

    /** The same for Java's own client. */
    static SSLContext context() throws ClusterException {
        try {
            return Objects.requireNonNull(SSLUtils.createRestSSLContext(settings(), true));
        } catch (ClusterException e) {
            throw e;
        } catch (Exception e) {
            throw ClusterException.notDone(
                    "Cannot speak TLS: "
                            + e
                            + ". See security.ssl.rest in the configuration of FLINK_CONF_DIR, or"
                            + " javax.net.ssl.trustStore in NANOSYNC_JAVA_OPTS",
                    e);
        }
    }
}
