package io.nanosync.flink.jobs.history.broken;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;

/** Compiles what a mistake alters. */
final class BrokenBuild {

    private static final Path SOURCES =
            Path.of("../flink-connector-nanosync-pg/src/main/java/io/nanosync/flink/pg");

    private BrokenBuild() {}

    /**
     * The classes that come before the product's.
     *
     * @param folder empty
     */
    static Path of(Broken broken, Path folder) throws IOException {
        Map<String, String> sources = sources(broken);
        Path classes = Files.createDirectories(folder.resolve("classes"));
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-proc:none",
                                "-nowarn",
                                "-parameters",
                                "--release",
                                "17",
                                "-cp",
                                ChildHistory.classPath(),
                                "-d",
                                classes.toString()));
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = folder.resolve("sources").resolve(source.getKey());
            Files.createDirectories(file.getParent());
            arguments.add(Files.writeString(file, source.getValue()).toString());
        }
        int code =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, arguments.toArray(String[]::new));
        if (code != 0) {
            throw new AssertionError(broken + " doesn't compile");
        }
        return classes;
    }

    /** The sources that it alters, as they are then, by file. */
    static Map<String, String> sources(Broken broken) throws IOException {
        Map<String, String> sources = new LinkedHashMap<>();
        for (Edit edit : broken.edits()) {
            String source = sources.get(edit.file());
            sources.put(
                    edit.file(),
                    edit.apply(
                            source == null
                                    ? Files.readString(SOURCES.resolve(edit.file()))
                                    : source));
        }
        return sources;
    }
}
