package io.nanosync.flink.pg.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A Kafka broker with KRaft as a process of its own, on free ports of 127.0.0.1. It makes a topic
 * when somebody writes to it. No process and no file is left when it is closed, nor when this JVM
 * ends or is killed.
 */
public final class KafkaBroker implements AutoCloseable {

    private static final String VERSION = "4.0.0";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final ServerFolder folder;
    private final String classPath;
    private final int port = FreePorts.next();

    private KafkaBroker(ServerFolder folder, String classPath) {
        this.folder = folder;
        this.classPath = classPath;
    }

    /** Returns when the broker answers. */
    public static KafkaBroker start() {
        String classPath =
                MavenJars.kafka(VERSION).stream()
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator));
        ServerFolder folder = ServerFolder.create("kafka");
        try {
            KafkaBroker broker = new KafkaBroker(folder, classPath);
            broker.run();
            return broker;
        } catch (IOException | RuntimeException | AssertionError e) {
            folder.close();
            throw new IllegalStateException("Cannot start a Kafka broker", e);
        }
    }

    /** Where it listens: host and port. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    private void run() throws IOException {
        Path configuration = configuration();
        complete(
                "format",
                java(
                        "format",
                        "kafka.tools.StorageTool",
                        "format",
                        "--cluster-id",
                        "bmFub3N5bmMtdGVzdC0wMQ",
                        "--config",
                        configuration.toString()));
        Process broker = java("broker", "kafka.Kafka", configuration.toString());
        Await.until(
                "the Kafka broker listens",
                PATIENCE,
                () -> {
                    if (!broker.isAlive()) {
                        throw new AssertionError(
                                "It ended:\n" + Files.readString(errors("broker")));
                    }
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
                        return true;
                    }
                });
    }

    private Path configuration() throws IOException {
        int controller = FreePorts.next();
        return Files.writeString(
                folder.path().resolve("server.properties"),
                """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%1$d
                controller.listener.names=CONTROLLER
                listeners=PLAINTEXT://127.0.0.1:%2$d,CONTROLLER://127.0.0.1:%1$d
                log.dirs=%3$s
                num.partitions=2
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=1
                group.initial.rebalance.delay.ms=0
                """
                        .formatted(controller, port, folder.path().resolve("data")));
    }

    /**
     * All records of a topic that nobody writes to any more: key, tabulator and value of each;
     * {@code null} for no value.
     */
    public List<String> read(String topic) {
        long records =
                lines("org.apache.kafka.tools.GetOffsetShell", "--topic", topic).stream()
                        .mapToLong(
                                line -> Long.parseLong(line.substring(line.lastIndexOf(':') + 1)))
                        .sum();
        return lines(
                "org.apache.kafka.tools.consumer.ConsoleConsumer",
                "--topic",
                topic,
                "--from-beginning",
                "--max-messages",
                "" + records,
                "--property",
                "print.key=true");
    }

    /** What a tool of Kafka prints. */
    private List<String> lines(String tool, String... arguments) {
        String name = tool.substring(tool.lastIndexOf('.') + 1);
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", address()));
        all.addAll(List.of(arguments));
        try {
            complete(name, java(name, tool, all.toArray(new String[0])));
            return Files.readAllLines(out(name));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + tool, e);
        }
    }

    private void complete(String name, Process process) throws IOException {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    || process.exitValue() != 0) {
                throw new IOException(
                        "No success of " + name + ":\n" + Files.readString(errors(name)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted at " + name, e);
        }
    }

    /** Starts a JVM. The folder's path is in its command line, by which it is found again. */
    private Process java(String name, String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        command.add("-Djava.io.tmpdir=" + folder.path());
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.path().toFile())
                .redirectError(errors(name).toFile())
                .redirectOutput(out(name).toFile())
                .start();
    }

    private Path errors(String name) {
        return folder.path().resolve(name + ".err");
    }

    private Path out(String name) {
        return folder.path().resolve(name + ".out");
    }

    @Override
    public void close() {
        folder.close();
    }
}
