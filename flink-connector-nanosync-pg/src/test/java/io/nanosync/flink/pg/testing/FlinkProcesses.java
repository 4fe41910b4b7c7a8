package io.nanosync.flink.pg.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts the JVMs of a Flink cluster as the scripts of a Flink installation do. The folder's path
 * is in every command line, by which {@link ServerFolder} finds the processes.
 */
final class FlinkProcesses {

    /** Names the folder of Flink's jars; without it the folder is searched upwards from here. */
    static final String LIB_PROPERTY = "nanosync.test.flink.lib";

    private static final String LIB = "target/flink/lib";
    private static final String MODULE = "flink-jobs";
    private static final String RESULT = "BASH_JAVA_UTILS_EXEC_RESULT:";

    /** As in {@code env.java.opts.all} of Flink's own configuration. */
    private static final List<String> OPENED =
            List.of(
                    "java.lang",
                    "java.net",
                    "java.io",
                    "java.nio",
                    "sun.nio.ch",
                    "java.lang.reflect",
                    "java.text",
                    "java.time",
                    "java.util",
                    "java.util.concurrent",
                    "java.util.concurrent.atomic",
                    "java.util.concurrent.locks");

    private final Path folder;
    private final Path lib;
    private final List<String> jars = new ArrayList<>();
    private final Map<String, List<String>> resources = new HashMap<>();
    private final Map<String, Integer> starts = new HashMap<>();
    private int zooKeeperPort;
    private List<String> opened = OPENED;

    /**
     * @param flink jars of Flink
     * @param more jars beside them
     */
    FlinkProcesses(Path folder, List<Path> flink, List<Path> more) throws IOException {
        this.folder = folder;
        this.lib = flink.get(0).resolveSibling("");
        for (Path jar : flink) {
            jars.add(jar.toString());
        }
        for (Path jar : more) {
            jars.add(jar.toAbsolutePath().toString());
        }
        for (String name : List.of("conf", "log", "tmp", "plugins", "upload", "cp", "sp", "ha")) {
            Files.createDirectories(folder.resolve(name));
        }
    }

    /** The jars that the build of {@code flink-jobs} copied. */
    static List<Path> distribution() throws IOException {
        try (Stream<Path> files = Files.list(lib(Path.of("").toAbsolutePath()))) {
            return files.sorted().toList();
        }
    }

    private static Path lib(Path start) {
        String configured = System.getProperty(LIB_PROPERTY);
        if (configured != null) {
            return Path.of(configured);
        }
        for (@Nullable Path at = start; at != null; at = at.getParent()) {
            for (Path candidate : List.of(at.resolve(LIB), at.resolve(MODULE).resolve(LIB))) {
                if (Files.isDirectory(candidate)) {
                    return candidate;
                }
            }
        }
        throw new IllegalStateException(
                "No folder " + LIB + " from " + start + " upwards. Run: mvn verify -DskipTests");
    }

    /** Whether packages of Java are opened as in Flink's own configuration, from now on. */
    void open(boolean asFlink) {
        opened = asFlink ? OPENED : List.of();
    }

    /** Puts a jar into a folder of its own below {@code plugins}. */
    void install(Path plugin) throws IOException {
        String name = plugin.getFileName().toString();
        Path own = folder.resolve("plugins").resolve(name.replaceFirst("\\.jar$", ""));
        Files.copy(plugin, Files.createDirectories(own).resolve(name));
    }

    /** Writes the configuration. */
    void configure(Map<String, String> options) throws IOException {
        zooKeeperPort = FlinkConfiguration.zooKeeperPort(options);
        StringBuilder yaml = new StringBuilder();
        options.forEach(
                (key, value) ->
                        yaml.append("%s: \"%s\"\n".formatted(key, value.replace("\"", "\\\""))));
        Files.writeString(folder.resolve("conf/config.yaml"), yaml);
        Files.writeString(
                folder.resolve("conf/log4j.properties"),
                """
                rootLogger.level=INFO
                rootLogger.appenderRef.f.ref=F
                appender.f.name=F
                appender.f.type=File
                appender.f.fileName=${sys:log.file}
                appender.f.layout.type=PatternLayout
                appender.f.layout.pattern=%d{HH:mm:ss,SSS} %-5p %c - %m%n
                """);
    }

    Process startJobManager() throws IOException {
        List<String> resource = resources("JM");
        List<String> main = new ArrayList<>();
        main.add("org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint");
        main.addAll(List.of("--configDir", folder.resolve("conf").toString()));
        main.addAll(words(resource.get(1)));
        return start("jobmanager", words(resource.get(0)), main);
    }

    Process startTaskManager(int number) throws IOException {
        List<String> resource = resources("TM");
        List<String> main = new ArrayList<>();
        main.add("org.apache.flink.runtime.taskexecutor.TaskManagerRunner");
        main.addAll(List.of("--configDir", folder.resolve("conf").toString()));
        main.addAll(List.of("-D", "taskmanager.resource-id=tm" + number));
        main.addAll(words(resource.get(1)));
        return start("taskmanager-" + number, words(resource.get(0)), main);
    }

    /**
     * The SQL client, until the end of a script.
     *
     * @param client jars that it needs beside those of the cluster
     */
    Process startSqlClient(List<Path> client, Path script) throws IOException {
        List<String> all = new ArrayList<>(jars);
        for (Path jar : client) {
            all.add(jar.toString());
        }
        return start(
                "sql-client",
                all,
                List.of("-Xmx512m"),
                List.of(
                        "org.apache.flink.table.client.SqlClient",
                        "--history",
                        folder.resolve("tmp/history").toString(),
                        "--file",
                        script.toString()));
    }

    /** What the newest process of this name has printed. */
    String printed(String name) throws IOException {
        return Files.readString(
                folder.resolve("log").resolve(name + "-" + starts.get(name) + ".out"));
    }

    Process startZooKeeper() throws IOException {
        Path file = folder.resolve("conf/zoo.cfg");
        Files.writeString(
                file,
                """
                tickTime=1000
                dataDir=%s
                clientPort=%d
                clientPortAddress=127.0.0.1
                admin.enableServer=false
                """
                        .formatted(folder.resolve("zookeeper"), zooKeeperPort));
        return start(
                "zookeeper",
                List.of("-Xmx128m"),
                List.of(
                        "org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server"
                                + ".ZooKeeperServerMain",
                        file.toString()));
    }

    /** The JVM's flags and the options that Flink's scripts compute before each start. */
    private List<String> resources(String role) throws IOException {
        List<String> known = resources.get(role);
        if (known == null) {
            known = computeResources(role);
            resources.put(role, known);
        }
        return known;
    }

    private List<String> computeResources(String role) throws IOException {
        List<String> command = new ArrayList<>(List.of(java(), "-cp", classPath(jars)));
        command.add("org.apache.flink.runtime.util.bash.BashJavaUtils");
        command.add("GET_" + role + "_RESOURCE_PARAMS");
        command.addAll(List.of("--configDir", folder.resolve("conf").toString()));
        Path errors = folder.resolve("log/resources-" + role + ".err");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try (var reader = process.inputReader()) {
            List<String> lines =
                    reader.lines()
                            .filter(line -> line.startsWith(RESULT))
                            .map(line -> line.substring(RESULT.length()))
                            .toList();
            if (lines.size() != 2) {
                throw new IOException(
                        "Expected two results of BashJavaUtils, found "
                                + lines
                                + "; see "
                                + errors);
            }
            return lines;
        }
    }

    private Process start(String name, List<String> jvm, List<String> main) throws IOException {
        return start(name, jars, jvm, main);
    }

    private Process start(String name, List<String> classPath, List<String> jvm, List<String> main)
            throws IOException {
        int start = starts.merge(name, 1, Integer::sum);
        String log = folder.resolve("log").resolve(name + "-" + start).toString();
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(jvm);
        command.add("--add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED");
        command.add("--add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED");
        opened.forEach(each -> command.add("--add-opens=java.base/" + each + "=ALL-UNNAMED"));
        command.add("-Djava.io.tmpdir=" + folder.resolve("tmp"));
        command.add("-Dlog.file=" + log + ".log");
        command.add("-Dlog4j.configurationFile=" + folder.resolve("conf/log4j.properties").toUri());
        command.addAll(List.of("-cp", classPath(classPath)));
        command.addAll(main);
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(new File(log + ".out"));
        builder.environment().put("FLINK_CONF_DIR", folder.resolve("conf").toString());
        builder.environment().put("FLINK_LIB_DIR", lib.toString());
        builder.environment().put("FLINK_PLUGINS_DIR", folder.resolve("plugins").toString());
        builder.environment().put("FLINK_LOG_DIR", folder.resolve("log").toString());
        return builder.start();
    }

    private static String classPath(List<String> jars) {
        return String.join(File.pathSeparator, jars);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static List<String> words(String line) {
        return Stream.of(line.split(" ")).filter(word -> !word.isEmpty()).toList();
    }
}
