package io.nanosync.flink.pg.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The processes of one data folder: initialise, start, stop, kill. */
final class PostgresServer {

    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration STOP = Duration.ofSeconds(30);

    private final Path programs;
    private final Path data;
    private final Path log;
    private final int port;
    private final List<String> wrapper;
    private final List<String> arguments;
    private @Nullable Process postmaster;

    PostgresServer(Path programs, Path folder, int port) {
        this(programs, folder, port, List.of(), List.of());
    }

    /** A server that is started with these arguments. */
    static PostgresServer with(Path programs, Path folder, int port, List<String> arguments) {
        return new PostgresServer(programs, folder, port, List.of(), arguments);
    }

    /**
     * A server whose slots lie on a small disk of their own, in front of which a file lies that
     * takes most of it.
     */
    static PostgresServer onSmallDisk(
            Path programs, Path folder, int port, int megabytes, int takenMegabytes) {
        String script =
                "mount -t tmpfs -o size=%dm none \"$0\" && head -c %dm /dev/zero >\"$0\"/taken"
                        + " && exec unshare --user \"$@\"";
        return new PostgresServer(
                programs,
                folder,
                port,
                List.of(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--mount",
                        "sh",
                        "-c",
                        script.formatted(megabytes, takenMegabytes),
                        folder.resolve("data/pg_replslot").toString()),
                List.of());
    }

    /**
     * @param wrapper the command in front of that which starts the server, which makes a user
     *     namespace; empty for none
     * @param arguments of the server, behind those that each has
     */
    private PostgresServer(
            Path programs, Path folder, int port, List<String> wrapper, List<String> arguments) {
        this.wrapper = wrapper;
        this.arguments = arguments;
        this.programs = programs;
        this.data = folder.resolve("data");
        this.log = folder.resolve("server.log");
        this.port = port;
    }

    Path data() {
        return data;
    }

    int port() {
        return port;
    }

    /** Everybody but {@code postgres} must give a password. */
    void initialise(Map<String, String> settings) throws IOException {
        run(
                "initdb",
                "--pgdata=" + data,
                "--username=" + TestPostgres.SUPERUSER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync");
        Files.writeString(
                data.resolve("pg_hba.conf"),
                """
                host all         postgres 127.0.0.1/32 trust
                host replication postgres 127.0.0.1/32 trust
                host all         all      127.0.0.1/32 scram-sha-256
                host replication all      127.0.0.1/32 scram-sha-256
                """);
        StringBuilder lines = new StringBuilder();
        settings.forEach(
                (name, value) ->
                        lines.append("%s = '%s'\n".formatted(name, value.replace("'", "''"))));
        Files.writeString(data.resolve("postgresql.auto.conf"), lines);
    }

    /** Returns when the server accepts sessions. */
    void start() throws IOException {
        if (isRunning()) {
            throw new IllegalStateException("The server on port " + port + " runs already");
        }
        ProcessBuilder builder =
                builder("postgres", "-D", data.toString(), "-p", Integer.toString(port));
        builder.command().addAll(arguments);
        if (!wrapper.isEmpty()) {
            List<String> command = new ArrayList<>(wrapper);
            int program = isRoot() ? 2 : 0;
            command.addAll(builder.command().subList(program, builder.command().size()));
            builder.command(command);
        }
        Process started = builder.start();
        postmaster = started;
        Await.until(
                "PostgreSQL on port " + port + " accepts sessions; its log is " + log,
                START,
                () -> !started.isAlive() || accepts());
        if (!started.isAlive()) {
            throw new IOException(
                    "PostgreSQL on port " + port + " ended at once:\n" + Files.readString(log));
        }
    }

    /** Fast shutdown; an immediate one when a walsender's client holds it up for too long. */
    void stop() throws IOException {
        Process running = running();
        signal("INT", running);
        if (!ended(running)) {
            signal("QUIT", running);
            if (!ended(running)) {
                throw new IOException("PostgreSQL on port " + port + " doesn't stop; see " + log);
            }
        }
    }

    /** No shutdown at all: what a crash of the machine does to the processes. */
    void kill() throws IOException {
        Process running = running();
        signal("QUIT", running);
        if (!ended(running)) {
            running.destroyForcibly();
        }
    }

    private boolean isRunning() {
        return postmaster != null && postmaster.isAlive();
    }

    private Process running() {
        if (postmaster == null || !postmaster.isAlive()) {
            throw new IllegalStateException("The server on port " + port + " doesn't run");
        }
        return postmaster;
    }

    private boolean accepts() throws SQLException {
        try (Connection connection = TestDatabase.connect(port, "postgres", new Properties())) {
            return connection.isValid(5);
        }
    }

    private static boolean ended(Process process) {
        try {
            return process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void signal(String name, Process process) throws IOException {
        Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
        if (!ended(kill) || kill.exitValue() != 0) {
            throw new IOException("Cannot send SIG" + name + " to process " + process.pid());
        }
    }

    private void run(String program, String... arguments) throws IOException {
        Process process = builder(program, arguments).start();
        if (!ended(process) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(program + " failed:\n" + Files.readString(log));
        }
    }

    /** PostgreSQL refuses to run as root: in a user namespace of its own it isn't root. */
    private ProcessBuilder builder(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("unshare", "--user"));
        }
        command.add(programs.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        return builder;
    }

    private static boolean isRoot() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot tell who runs this", e);
        }
    }
}
