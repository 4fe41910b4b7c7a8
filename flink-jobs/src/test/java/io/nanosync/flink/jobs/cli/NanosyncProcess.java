package io.nanosync.flink.jobs.cli;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import io.nanosync.flink.pg.testing.Await;
import io.nanosync.flink.pg.testing.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command as a process of its own. Ends with the test. */
public final class NanosyncProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Process process;
    private final Path out;
    private final Path err;

    private NanosyncProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts it with the class path of this test; its output goes to files in the folder. */
    public static NanosyncProcess start(Path folder, String... arguments) throws IOException {
        return start(folder, Nanosync.class, arguments);
    }

    /** The same with another main class. */
    static NanosyncProcess start(Path folder, Class<?> main, String... arguments)
            throws IOException {
        return start(folder, main, Map.of(), List.of(), arguments);
    }

    /** The same with these environment variables. */
    public static NanosyncProcess startIn(
            Map<String, String> environment, Path folder, String... arguments) throws IOException {
        return start(folder, Nanosync.class, environment, List.of(), arguments);
    }

    /** The same with this option of the JVM. */
    static NanosyncProcess startWith(String jvmOption, Path folder, String... arguments)
            throws IOException {
        return start(folder, Nanosync.class, Map.of(), List.of(jvmOption), arguments);
    }

    /**
     * Starts the script itself, in a distribution whose one jar stands for the class path of this
     * test.
     */
    static NanosyncProcess startScript(
            Map<String, String> environment, Path folder, String... arguments) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("distribution/bin"));
        for (String file : List.of("nanosync", "logging.properties")) {
            Files.copy(Path.of("bin", file), bin.resolve(file), COPY_ATTRIBUTES);
        }
        Path lib = Files.createDirectories(folder.resolve("distribution/target/distribution/lib"));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Stream.of(
                                        System.getProperty("java.class.path")
                                                .split(File.pathSeparator, -1))
                                .map(entry -> Path.of(entry).toUri().toString())
                                .collect(Collectors.joining(" ")));
        new JarOutputStream(Files.newOutputStream(lib.resolve("classes.jar")), manifest).close();
        List<String> command = new ArrayList<>(List.of(bin.resolve("nanosync").toString()));
        command.addAll(List.of(arguments));
        return start(command, environment, folder);
    }

    private static NanosyncProcess start(
            Path folder,
            Class<?> main,
            Map<String, String> environment,
            List<String> jvmOptions,
            String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        for (String opened : List.of("java.util", "java.nio", "java.lang")) {
            command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        // As the script nanosync does.
        command.add(
                "-Djava.util.logging.config.file="
                        + Path.of("bin/logging.properties").toAbsolutePath());
        command.add("-Xmx1g");
        command.addAll(ChildJvm.compilerOptions());
        command.addAll(jvmOptions);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return start(command, environment, folder);
    }

    private static NanosyncProcess start(
            List<String> command, Map<String, String> environment, Path folder) throws IOException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().putAll(environment);
        return new NanosyncProcess(builder.start(), out, err);
    }

    /** Its id. */
    long pid() {
        return process.pid();
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL; returns when it is dead. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Waits for its end. */
    public int exitCode() throws InterruptedException, IOException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("It doesn't end. It says:\n" + err());
        }
        return process.exitValue();
    }

    /** Waits until standard error holds a text. */
    public void awaitErr(String text) throws IOException {
        awaitErrAfter(0, text);
    }

    /** Waits until standard error holds a text behind so many characters. */
    void awaitErrAfter(int from, String text) throws IOException {
        try {
            Await.until(
                    "standard error holds: " + text,
                    PATIENCE,
                    () -> {
                        requireAlive();
                        return err().indexOf(text, from) >= 0;
                    });
        } catch (AssertionError e) {
            throw new AssertionError("Standard error:\n" + err(), e);
        }
    }

    void requireAlive() throws IOException {
        if (!process.isAlive() && process.exitValue() != 0) {
            throw new AssertionError("It ended with " + process.exitValue() + ":\n" + err());
        }
    }

    public String out() throws IOException {
        return Files.readString(out);
    }

    public String err() throws IOException {
        return Files.readString(err);
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            kill();
        }
    }
}
