package io.nanosync.flink.pg.testing;

import io.nanosync.flink.pg.config.ConnectionConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A primary and its hot standby, which streams through a physical slot and, from 17 on, holds
 * copies of the primary's failover slots. The standby can be promoted, and a new one made of the
 * server that is the primary then, any number of times: the two ports stay.
 *
 * <p>By one thread at a time. Nothing is left when it is closed.
 */
public final class ReplicatedPostgres implements AutoCloseable {

    /** The physical slot through which the standby streams. */
    public static final String STANDBY_SLOT = "standby";

    private static final int SYNCHRONIZES_SLOTS = 17;
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final int major;
    private Node primary;
    private @Nullable Node standby;

    /** The former primary, which may run. */
    private @Nullable Node former;

    /** A second standby, which doesn't run. */
    private @Nullable Node sibling;

    private record Node(ServerFolder folder, PostgresServer server) {

        static Node create(int major, int port) {
            ServerFolder folder = ServerFolder.create("replicated-" + major);
            return new Node(
                    folder, new PostgresServer(PostgresBinaries.of(major), folder.path(), port));
        }

        TestDatabase database(String name) {
            return new TestDatabase(server.port(), name);
        }
    }

    private ReplicatedPostgres(int major, Node primary) {
        this.major = major;
        this.primary = primary;
    }

    /** A primary of this version, and a standby that streams from it. */
    public static ReplicatedPostgres start(int major) {
        Node primary = Node.create(major, FreePorts.next());
        ReplicatedPostgres both = new ReplicatedPostgres(major, primary);
        try {
            primary.server.initialise(TestPostgres.DEFAULTS);
            primary.server.start();
            both.addStandby(FreePorts.next());
            return both;
        } catch (IOException e) {
            both.close();
            throw new UncheckedIOException("Cannot start PostgreSQL " + major, e);
        } catch (RuntimeException | Error e) {
            both.close();
            throw e;
        }
    }

    /** Gives the primary a new standby, at the port of the former primary, which is deleted. */
    public void addStandby() {
        Node old = former;
        if (old == null) {
            throw new IllegalStateException("No standby was promoted");
        }
        former = null;
        old.folder.close();
        addStandby(old.server.port());
    }

    private void addStandby(int port) {
        Node added = Node.create(major, port);
        standby = added;
        createStandbySlot();
        copyTo(added.server.data());
        startAsStandby(added);
    }

    /** The former primary, which was shut down in order, follows the new one. Its slots stay. */
    public void followWithFormer() {
        Node follows = formerNode();
        former = null;
        standby = follows;
        createStandbySlot();
        startAsStandby(follows);
    }

    private void createStandbySlot() {
        primary()
                .execute(
                        "SELECT pg_create_physical_replication_slot('" + STANDBY_SLOT + "', true)");
    }

    private void startAsStandby(Node added) {
        try {
            Files.createFile(added.server.data().resolve("standby.signal"));
            Files.writeString(
                    added.server.data().resolve("postgresql.auto.conf"),
                    standbySettings(),
                    StandardOpenOption.APPEND);
            added.server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot start a standby at port " + added.server.port(), e);
        }
        if (synchronizesSlots()) {
            primary()
                    .execute(
                            "ALTER SYSTEM SET synchronized_standby_slots = '" + STANDBY_SLOT + "'",
                            "SELECT pg_reload_conf()");
        }
        awaitStandbyHasAll();
    }

    /** As a backup tool does it: while the primary is written. */
    private void copyTo(Path data) {
        boolean from15 = major >= 15;
        try (Connection connection = primary().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    from15
                            ? "SELECT pg_backup_start('copy', true)"
                            : "SELECT pg_start_backup('copy', true, false)");
            DataFolder.copyRunning(primary.server.data(), data);
            try (ResultSet label =
                    statement.executeQuery(
                            from15
                                    ? "SELECT labelfile FROM pg_backup_stop()"
                                    : "SELECT labelfile FROM pg_stop_backup(false)")) {
                label.next();
                Files.writeString(data.resolve("backup_label"), label.getString(1));
            }
        } catch (SQLException | IOException e) {
            throw new AssertionError("Cannot copy the primary", e);
        }
    }

    /** Later lines count. Whoever promotes it has it wait for no standby. */
    private String standbySettings() {
        String all =
                """
                primary_conninfo = 'host=127.0.0.1 port=%d user=%s dbname=postgres'
                primary_slot_name = '%s'
                hot_standby_feedback = on
                wal_receiver_status_interval = '1s'
                wal_retrieve_retry_interval = '100ms'
                """
                        .formatted(primary.server.port(), TestPostgres.SUPERUSER, STANDBY_SLOT);
        return synchronizesSlots()
                ? all + "sync_replication_slots = on\nsynchronized_standby_slots = ''\n"
                : all;
    }

    private boolean synchronizesSlots() {
        return major >= SYNCHRONIZES_SLOTS;
    }

    /** A new, empty database, which the standby has too. */
    public TestDatabase createDatabase() {
        String name = "replicated_" + DATABASES.incrementAndGet();
        primary().execute("CREATE DATABASE " + name);
        awaitStandbyHasAll();
        return database(name);
    }

    /** A database of the server that is the primary now. */
    public TestDatabase database(String name) {
        return primary.database(name);
    }

    /** The database {@code postgres} of the server that is the primary now. */
    public TestDatabase primary() {
        return database("postgres");
    }

    /** The database {@code postgres} of the standby. */
    public TestDatabase standby() {
        return standbyNode().database("postgres");
    }

    /** Ports of the primary and the standby of now. */
    public List<Integer> ports() {
        return List.of(primary.server.port(), standbyNode().server.port());
    }

    /** Both servers, of which the primary is taken, as superuser. */
    public ConnectionConfig connectionConfig(String database) {
        return new ConnectionConfig(
                ports().stream().map(port -> new ConnectionConfig.Host("127.0.0.1", port)).toList(),
                database,
                TestPostgres.SUPERUSER,
                null,
                Duration.ofSeconds(10),
                "nanosync-test",
                Map.of("targetServerType", "primary"));
    }

    /** The same as a DSN. */
    public String dsn(String database) {
        List<Integer> both = ports();
        return "postgres://"
                + TestPostgres.SUPERUSER
                + "@127.0.0.1:"
                + both.get(0)
                + ",127.0.0.1:"
                + both.get(1)
                + "/"
                + database
                + "?targetServerType=primary";
    }

    /** The standby follows the primary no more: it can't be reached. Returns when it has gone. */
    public void cutOffStandby() {
        standby()
                .execute(
                        "ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 port=1'",
                        "SELECT pg_reload_conf()");
        Await.until(
                "the standby is away",
                Duration.ofSeconds(60),
                () ->
                        primary()
                                        .queryLong(
                                                "SELECT count(*) FROM pg_replication_slots WHERE"
                                                        + " slot_name = '"
                                                        + STANDBY_SLOT
                                                        + "' AND active")
                                == 0);
    }

    /** Returns when the standby has replayed all that the primary has written by now. */
    public void awaitStandbyHasAll() {
        String lsn = primary().queryString("SELECT pg_current_wal_flush_lsn()");
        Await.until(
                "the standby has all",
                () ->
                        standby()
                                .queryString("SELECT pg_last_wal_replay_lsn() >= '" + lsn + "'")
                                .equals("t"));
    }

    /**
     * Returns when the standby has a copy of a slot that outlives a promotion. The slot has to move
     * meanwhile: who streams from it confirms.
     */
    public void awaitSynced(String slot) {
        Await.until(
                "slot " + slot + " is synced",
                Duration.ofSeconds(60),
                () -> {
                    primary().execute("SELECT pg_log_standby_snapshot()");
                    return isSynced(slot);
                });
    }

    /** Whether the standby has a copy of a slot that outlives a promotion. */
    public boolean isSynced(String slot) {
        return standby()
                        .queryLong(
                                "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '"
                                        + slot
                                        + "' AND synced AND NOT temporary AND invalidation_reason"
                                        + " IS NULL")
                == 1;
    }

    /** The primary crashes, the standby is promoted. */
    public void failOver() {
        try {
            primary.server.kill();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot kill the primary", e);
        }
        promote();
    }

    /** The primary is shut down in order, and with it the standby has all; that is promoted. */
    public void switchOver() {
        stopPrimary();
        promote();
    }

    /** Fast shutdown of the primary. */
    public void stopPrimary() {
        try {
            primary.server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot stop the primary", e);
        }
    }

    /** The standby is promoted, whatever the primary does, which is the former one from now on. */
    public void promote() {
        Node promoted = standbyNode();
        promoted.database("postgres").queryString("SELECT pg_promote(true, 60)");
        former = primary;
        primary = promoted;
        standby = null;
    }

    /** Keeps a second standby, as the first one is now. */
    public void keepSibling() throws IOException {
        Node one = standbyNode();
        one.server.stop();
        Node other = Node.create(major, primary.server.port());
        sibling = other;
        DataFolder.copy(one.server.data(), other.server.data());
        one.server.start();
        awaitStandbyHasAll();
    }

    /**
     * The primary crashes, which was promoted, and the second standby is promoted, which knows
     * nothing of that. It has the port of the first primary.
     */
    public void promoteSibling() throws IOException {
        Node promoted = sibling;
        Node old = former;
        if (promoted == null || old == null) {
            throw new IllegalStateException("There is no second standby, or no former primary");
        }
        sibling = null;
        primary.server.kill();
        old.folder.close();
        promoted.server.start();
        promoted.database("postgres").queryString("SELECT pg_promote(true, 60)");
        former = primary;
        primary = promoted;
    }

    /** The former primary comes back and knows of nothing. */
    public void startFormer() {
        try {
            formerNode().server.start();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start the former primary", e);
        }
    }

    /** Fast shutdown of the former primary. */
    public void stopFormer() {
        try {
            formerNode().server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot stop the former primary", e);
        }
    }

    /** A database of the former primary. */
    public TestDatabase former(String name) {
        return formerNode().database(name);
    }

    private Node standbyNode() {
        if (standby == null) {
            throw new IllegalStateException("There is no standby");
        }
        return standby;
    }

    private Node formerNode() {
        if (former == null) {
            throw new IllegalStateException("There is no former primary");
        }
        return former;
    }

    /** Ends all processes and deletes what they wrote. */
    @Override
    public void close() {
        if (standby != null) {
            standby.folder.close();
        }
        if (former != null) {
            former.folder.close();
        }
        if (sibling != null) {
            sibling.folder.close();
        }
        primary.folder.close();
    }
}
