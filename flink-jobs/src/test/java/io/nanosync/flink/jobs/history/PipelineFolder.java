package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.demo.replay.MarkerWatch;
import io.nanosync.flink.jobs.history.load.Division;
import io.nanosync.flink.jobs.history.load.LoadTables;
import io.nanosync.flink.jobs.pipeline.InvalidPipelinesFileException;
import io.nanosync.flink.jobs.pipeline.Pipeline;
import io.nanosync.flink.jobs.pipeline.PipelinesFile;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.verify.Life;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where a pipeline keeps its state and writes what arrives. */
final class PipelineFolder {

    private static final String NAME = "history";

    private final Path folder;

    PipelineFolder(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(arrived());
    }

    /** What arrived. */
    Path arrived() {
        return folder.resolve("out");
    }

    /**
     * Names of all files that there are, below {@link #arrived}, as they are or will be once they
     * are committed.
     */
    Set<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(arrived())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> committed(arrived().relativize(file).toString()))
                    .collect(Collectors.toSet());
        }
    }

    /** Names of the files that are committed, below {@link #arrived}. */
    Set<String> committedFiles() throws IOException {
        try (Stream<Path> files = Files.walk(arrived())) {
            return files.map(file -> arrived().relativize(file).toString())
                    .filter(file -> file.endsWith(".arrow") && !file.contains("/."))
                    .collect(Collectors.toSet());
        } catch (UncheckedIOException e) {
            // A file got its name meanwhile.
            throw e.getCause();
        }
    }

    /** Flink's file sink writes {@code folder/.name.inprogress.id} first. */
    private static String committed(String file) {
        return file.replace("/.", "/").replaceFirst("\\.inprogress\\..*", "");
    }

    /** The sink percent-encodes what a folder's name mustn't hold. */
    private static QualifiedName tableOf(String file) {
        String[] parts =
                URLDecoder.decode(file.substring(0, file.indexOf('/')), StandardCharsets.UTF_8)
                        .split("\\.");
        return new QualifiedName(parts[0], parts[1]);
    }

    /** A folder with all that arrived of tables in the times in which they are captured now. */
    Path arrivedOf(List<Life> lives) throws IOException {
        Path links = folder.resolve("now");
        for (String file : files()) {
            Path from = arrived().resolve(file);
            boolean isNow =
                    lives.stream()
                            .anyMatch(
                                    life ->
                                            life.until() == null
                                                    && tableOf(file).equals(life.table())
                                                    && life.files().test(file));
            if (isNow && Files.exists(from)) {
                Path to = links.resolve(file);
                Files.createDirectories(to.getParent());
                Files.createLink(to, from);
            }
        }
        return links;
    }

    /** Small splits and pages, and a server that notices soon that its client is gone. */
    Pipeline pipeline(
            TestDatabase database,
            int port,
            long checkpointMillis,
            Setting setting,
            List<QualifiedName> captured)
            throws IOException, InvalidPipelinesFileException {
        Division division = setting.division();
        Map<String, String> chosen = new TreeMap<>(division.properties());
        chosen.putAll(setting.delivery().properties());
        chosen.putAll(setting.schemas().properties());
        if (setting.promotes()) {
            chosen.put("failover_slots", "true");
        }
        String tables =
                captured.stream()
                        .map(table -> "        - " + division.entry(table) + "\n")
                        .collect(Collectors.joining());
        String properties =
                chosen.entrySet().stream()
                        .map(
                                property ->
                                        "        %s: \"%s\"\n"
                                                .formatted(property.getKey(), property.getValue()))
                        .collect(Collectors.joining());
        Path file =
                Files.writeString(
                        folder.resolve("pipelines.yaml"),
                        """
state_dir: %s
connections:
  - name: db
    type: postgres
    dsn: "postgres://postgres@127.0.0.1:%d/%s?sslmode=disable&connect_timeout=5&application_name=history"
pipelines:
  - name: %s
    source:
      connection: db
      tables:
%s\
      properties:
        snapshot_workers: "3"
        chunk_size: "200"
        ctid_partition_blocks: "8"
        wal_sender_timeout: "5s"
        wal_heartbeat_interval: "1s"
        max_reconnect_attempts: "8"
%s\
    sink:
      type: arrow
      path: %s
    checkpoint_interval: %dms
"""
                                .formatted(
                                        folder.resolve("state"),
                                        port,
                                        database.name(),
                                        NAME,
                                        tables,
                                        properties,
                                        arrived(),
                                        checkpointMillis));
        return PipelinesFile.read(file, Map.of()).pipeline(NAME).orElseThrow();
    }

    /** Tells when the last change has arrived. */
    MarkerWatch lastChange() {
        return new MarkerWatch(arrived(), LoadTables.MARKER);
    }

    /** Committed files with text that only work has which was never committed. */
    List<String> abortedRows() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(arrived())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.getFileName().toString().startsWith(".")
                        && Files.readString(file, StandardCharsets.ISO_8859_1)
                                .contains(LoadTables.ABORTED)) {
                    found.add(arrived().relativize(file).toString());
                }
            }
        }
        return found;
    }
}
