package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.NearestName;
import io.nanosync.flink.pg.config.OptionType;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.config.Problem.Position;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a pipelines file completely and collects every problem. */
final class PipelinesFileReader {

    private final Path folder;
    private final Placeholders placeholders;
    private final List<Problem> problems = new ArrayList<>();

    PipelinesFileReader(Path folder, Placeholders placeholders) {
        this.folder = folder;
        this.placeholders = placeholders;
    }

    PipelinesFile read(String fileName, String text) throws InvalidPipelinesFileException {
        Checked<YamlNode> document = YamlReader.read(text);
        YamlNode root = document.value();
        if (root == null) {
            throw InvalidPipelinesFileException.of(fileName, document.problems());
        }
        PipelinesFile file = read(root);
        if (file == null || !problems.isEmpty()) {
            problems.sort(
                    Comparator.comparing(
                            Problem::position,
                            Comparator.nullsFirst(
                                    Comparator.comparingInt(Position::line)
                                            .thenComparingInt(Position::column))));
            throw InvalidPipelinesFileException.of(fileName, problems);
        }
        return file;
    }

    private @Nullable PipelinesFile read(YamlNode root) {
        Section file = Section.of("", root, new Texts(placeholders, problems), problems);
        if (file == null) {
            return null;
        }
        file.check(FileKeys.FILE);
        String stateDir = stateDir(file);
        Integer metricsPort =
                file.node(FileKeys.METRICS_PORT) == null
                        ? null
                        : file.value(FileKeys.METRICS_PORT, OptionType.integer(1, 65_535));
        Map<String, @Nullable ConnectionConfig> connections = connections(file);
        PipelineReader reader =
                new PipelineReader(new Locations(folder), stateDir, connections, problems);
        List<Pipeline> pipelines =
                file.sections(FileKeys.PIPELINES).stream()
                        .map(reader::read)
                        .filter(Objects::nonNull)
                        .toList();
        boolean stateDirGiven = file.node(FileKeys.STATE_DIR) != null;
        return new PipelinesFile(stateDir, stateDirGiven, metricsPort, pipelines);
    }

    private String stateDir(Section file) {
        String text = file.text(FileKeys.STATE_DIR);
        Locations locations = new Locations(folder);
        if (text == null) {
            return locations.resolve("nanosync-state");
        }
        try {
            return locations.resolve(text);
        } catch (IllegalArgumentException e) {
            file.report(FileKeys.STATE_DIR, Locations.problem(e));
            return "";
        }
    }

    /** By name; null for a connection that is there but wrong. */
    private Map<String, @Nullable ConnectionConfig> connections(Section file) {
        Map<String, @Nullable ConnectionConfig> connections = new HashMap<>();
        for (Section section : file.sections(FileKeys.CONNECTIONS)) {
            section.check(FileKeys.CONNECTION);
            String name = section.text(FileKeys.CONNECTION_NAME);
            checkType(section);
            ConnectionConfig config = connection(section);
            if (name == null) {
                continue;
            }
            if (connections.containsKey(name)) {
                section.report(
                        FileKeys.CONNECTION_NAME,
                        Problem.of("", "a second connection is named \"" + name + "\""));
            }
            connections.put(name, config);
        }
        return connections;
    }

    private static void checkType(Section section) {
        String type = section.text(FileKeys.CONNECTION_TYPE);
        if (type != null && !type.equals("postgres")) {
            section.report(
                    FileKeys.CONNECTION_TYPE,
                    new Problem(
                            "",
                            null,
                            "found \"" + type + "\"",
                            "postgres",
                            NearestName.of(type, List.of("postgres"))));
        }
    }

    private static @Nullable ConnectionConfig connection(Section section) {
        DsnText dsn = section.dsn(FileKeys.CONNECTION_DSN);
        if (dsn == null) {
            problemsOfAll(section.possibleDsns(FileKeys.CONNECTION_DSN))
                    .forEach(problem -> section.report(FileKeys.CONNECTION_DSN, problem));
            return null;
        }
        Checked<ConnectionConfig> checked = dsn.parse();
        checked.problems().forEach(problem -> section.report(FileKeys.CONNECTION_DSN, problem));
        return checked.value();
    }

    private static Set<Problem> problemsOfAll(List<DsnText> dsns) {
        Set<Problem> common = new LinkedHashSet<>();
        for (int i = 0; i < dsns.size(); i++) {
            List<Problem> own = dsns.get(i).parse().problems();
            if (i == 0) {
                common.addAll(own);
            } else {
                common.retainAll(own);
            }
        }
        return common;
    }
}
