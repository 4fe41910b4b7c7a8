package io.nanosync.flink.pg.testing;

import io.nanosync.flink.pg.config.ConnectionConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL server of its own: on a free port of 127.0.0.1, with {@code wal_level =
 * logical} and without fsync, its data in a temporary folder. No process and no file is left when
 * it is closed, nor when this JVM ends or is killed.
 *
 * <p>The superuser {@value #SUPERUSER} needs no password, every other role does.
 */
public final class TestPostgres implements AutoCloseable {

    /** Every version that the product supports. */
    public static final List<Integer> VERSIONS = List.of(13, 14, 15, 16, 17, 18);

    /** Who needs no password. */
    public static final String SUPERUSER = "postgres";

    static final Map<String, String> DEFAULTS =
            Map.ofEntries(
                    Map.entry("listen_addresses", "127.0.0.1"),
                    Map.entry("unix_socket_directories", ""),
                    Map.entry("wal_level", "logical"),
                    Map.entry("max_wal_senders", "20"),
                    Map.entry("max_replication_slots", "20"),
                    Map.entry("max_prepared_transactions", "10"),
                    Map.entry("password_encryption", "scram-sha-256"),
                    Map.entry("fsync", "off"),
                    Map.entry("timezone", "UTC"),
                    Map.entry("log_timezone", "UTC"));

    private static final Map<Integer, TestPostgres> SHARED = new ConcurrentHashMap<>();
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final int major;
    private final ServerFolder folder;
    private final PostgresServer server;
    private final TestDatabase database;

    private TestPostgres(int major, ServerFolder folder, PostgresServer server) {
        this.major = major;
        this.folder = folder;
        this.server = server;
        this.database = new TestDatabase(server.port(), SUPERUSER);
    }

    /** A server of this major version with the default settings. */
    public static TestPostgres start(int major) {
        return start(major, Map.of());
    }

    /**
     * A server of this major version.
     *
     * @param settings of {@code postgresql.conf}, over those of this class
     */
    public static TestPostgres start(int major, Map<String, String> settings) {
        ServerFolder folder = ServerFolder.create("postgres-" + major);
        return start(
                major,
                settings,
                folder,
                new PostgresServer(PostgresBinaries.of(major), folder.path(), FreePorts.next()));
    }

    /** A server that is started with these arguments, which outrank all settings. */
    public static TestPostgres startWith(int major, List<String> arguments) {
        ServerFolder folder = ServerFolder.create("postgres-" + major);
        return start(
                major,
                Map.of(),
                folder,
                PostgresServer.with(
                        PostgresBinaries.of(major), folder.path(), FreePorts.next(), arguments));
    }

    /**
     * A server that decodes on a small disk, until {@link #makeRoom}. Not to be started again.
     *
     * @param megabytes how large that is
     * @param takenMegabytes how much of it is taken
     */
    public static TestPostgres startOnSmallDisk(
            int major, Map<String, String> settings, int megabytes, int takenMegabytes) {
        ServerFolder folder = ServerFolder.create("postgres-" + major);
        return start(
                major,
                settings,
                folder,
                PostgresServer.onSmallDisk(
                        PostgresBinaries.of(major),
                        folder.path(),
                        FreePorts.next(),
                        megabytes,
                        takenMegabytes));
    }

    /** The small disk is empty but for what the server has there. */
    public void makeRoom() {
        execute("COPY (SELECT 1) TO PROGRAM 'rm pg_replslot/taken'");
    }

    private static TestPostgres start(
            int major, Map<String, String> settings, ServerFolder folder, PostgresServer server) {
        Map<String, String> all = new LinkedHashMap<>(DEFAULTS);
        all.putAll(settings);
        try {
            server.initialise(all);
            server.start();
        } catch (IOException e) {
            folder.close();
            throw new UncheckedIOException("Cannot start PostgreSQL " + major, e);
        }
        return new TestPostgres(major, folder, server);
    }

    /**
     * The one server of this version that all tests of this JVM share, each in a {@link
     * #createDatabase() database} of its own. Never close, stop or reconfigure it.
     */
    public static TestPostgres shared(int major) {
        return SHARED.computeIfAbsent(major, TestPostgres::start);
    }

    /** A new, empty database. Closing it drops it with its slots. */
    public TestDatabase createDatabase() {
        return createDatabase("test_" + DATABASES.incrementAndGet());
    }

    /** The same by this name, for a server of one's own. */
    public TestDatabase createDatabase(String name) {
        database.execute("CREATE DATABASE " + name);
        return new TestDatabase(port(), name);
    }

    public int major() {
        return major;
    }

    public int port() {
        return server.port();
    }

    /** Everything that this server writes: its data and {@code server.log}. */
    public Path folder() {
        return folder.path();
    }

    /** The folder of {@code PG_VERSION} and {@code pg_hba.conf}. */
    public Path dataFolder() {
        return server.data();
    }

    /** The database {@code postgres}. */
    public TestDatabase database() {
        return database;
    }

    /** See {@link TestDatabase#connect()}. */
    public Connection connect() {
        return database.connect();
    }

    /** See {@link TestDatabase#connect(String, String)}. */
    public Connection connect(String user, String password) {
        return database.connect(user, password);
    }

    /** See {@link TestDatabase#execute(String...)}. */
    public void execute(String... statements) {
        database.execute(statements);
    }

    /** See {@link TestDatabase#queryString(String)}. */
    public String queryString(String sql) {
        return database.queryString(sql);
    }

    /** See {@link TestDatabase#queryLong(String)}. */
    public long queryLong(String sql) {
        return database.queryLong(sql);
    }

    /** See {@link TestDatabase#queryList(String)}. */
    public List<@Nullable String> queryList(String sql) {
        return database.queryList(sql);
    }

    /** See {@link TestDatabase#connectionConfig()}. */
    public ConnectionConfig connectionConfig() {
        return database.connectionConfig();
    }

    /** Stops the server properly and starts it again on the same port. */
    public void restart() {
        stop();
        startAgain();
    }

    /** Fast shutdown, as {@code pg_ctl stop} does it. */
    public void stop() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot stop PostgreSQL " + major, e);
        }
    }

    /** Ends the processes without a shutdown, as a crash does. */
    public void killImmediately() {
        try {
            server.kill();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot kill PostgreSQL " + major, e);
        }
    }

    /** Starts the stopped or killed server on the same data and port. */
    public void startAgain() {
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start PostgreSQL " + major + " again", e);
        }
    }

    /** Copies the data of the stopped or killed server, as a snapshot of its disk does. */
    public void copyDataTo(Path copy) {
        DataFolder.copy(dataFolder(), copy);
    }

    /** Puts a copy in place of the data of the stopped or killed server. The copy stays. */
    public void putBack(Path copy) {
        DataFolder.delete(dataFolder());
        DataFolder.copy(copy, dataFolder());
    }

    @Override
    public void close() {
        folder.close();
    }
}
