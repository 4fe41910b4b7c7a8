package io.nanosync.flink.pg.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/**
 * A second server that began as a copy of another one's disk: with its system identifier, its
 * timeline and all it held then. Either a streaming standby of it, or a server that goes its own
 * way.
 */
public final class ServerCopy implements AutoCloseable {

    private final ServerFolder folder;
    private final PostgresServer server;

    private ServerCopy(ServerFolder folder, PostgresServer server) {
        this.folder = folder;
        this.server = server;
    }

    /** A copy of a stopped server that will write for itself. Not started. */
    public static ServerCopy of(TestPostgres stopped) {
        ServerFolder folder = ServerFolder.create("copy");
        DataFolder.copy(stopped.dataFolder(), folder.path().resolve("data"));
        return new ServerCopy(
                folder,
                new PostgresServer(
                        PostgresBinaries.of(stopped.major()), folder.path(), FreePorts.next()));
    }

    /** A copy of a stopped server that will follow it as a hot standby. Not started. */
    public static ServerCopy standbyOf(TestPostgres stopped) {
        ServerCopy copy = of(stopped);
        try {
            Files.createFile(copy.server.data().resolve("standby.signal"));
            Files.writeString(
                    copy.server.data().resolve("postgresql.auto.conf"),
                    "primary_conninfo = 'host=127.0.0.1 port="
                            + stopped.port()
                            + " user="
                            + TestPostgres.SUPERUSER
                            + "'\n",
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            copy.close();
            throw new UncheckedIOException("Cannot make a standby in " + copy.folder.path(), e);
        }
        return copy;
    }

    /** Returns when it accepts sessions. */
    public ServerCopy start() {
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start the server in " + folder.path(), e);
        }
        return this;
    }

    public int port() {
        return server.port();
    }

    /** What it has written to its log. */
    public String log() {
        try {
            return Files.readString(folder.path().resolve("server.log"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the log in " + folder.path(), e);
        }
    }

    /** A database of its own or of the server that it was copied from. */
    public TestDatabase database(String name) {
        return new TestDatabase(server.port(), name);
    }

    /** Ends its processes and deletes what it wrote. */
    @Override
    public void close() {
        folder.close();
    }
}
