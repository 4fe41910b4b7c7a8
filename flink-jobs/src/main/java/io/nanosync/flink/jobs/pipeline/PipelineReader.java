package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.ConnectionConfig;
import io.nanosync.flink.pg.config.NameStyle;
import io.nanosync.flink.pg.config.NearestName;
import io.nanosync.flink.pg.config.OptionType;
import io.nanosync.flink.pg.config.OptionValues;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.config.SourceConfig;
import io.nanosync.flink.pg.config.TableSelector;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the entries of {@code pipelines}, one after the other. */
final class PipelineReader {

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]{0,99}");
    private static final OptionType<Duration> TIMEOUT =
            OptionType.duration(Duration.ofSeconds(1), Duration.ofDays(7), false);
    private static final OptionType<Duration> INTERVAL =
            OptionType.duration(Duration.ofMillis(100), Duration.ofHours(1), false);
    private static final OptionType<Integer> PARALLELISM = OptionType.integer(1, 1024);

    /** What a local run makes beside the folders of pipelines. */
    private static final String LOGS = "logs";

    private final Locations locations;
    private final String stateDir;
    private final Map<String, @Nullable ConnectionConfig> connections;
    private final List<Problem> problems;
    private final Set<String> names = new HashSet<>();
    private final Map<String, String> pipelinesBySlot = new HashMap<>();

    PipelineReader(
            Locations locations,
            String stateDir,
            Map<String, @Nullable ConnectionConfig> connections,
            List<Problem> problems) {
        this.locations = locations;
        this.stateDir = stateDir;
        this.connections = connections;
        this.problems = problems;
    }

    /** The pipeline; null when something is wrong with it. */
    @Nullable Pipeline read(Section section) {
        section.check(FileKeys.PIPELINE);
        String name = name(section);
        Duration interval = section.value(FileKeys.CHECKPOINT_INTERVAL, INTERVAL);
        boolean hasTimeout = section.node(FileKeys.CHECKPOINT_TIMEOUT) != null;
        Duration timeout = hasTimeout ? section.value(FileKeys.CHECKPOINT_TIMEOUT, TIMEOUT) : null;
        boolean hasParallelism = section.node(FileKeys.PARALLELISM) != null;
        Integer parallelism =
                hasParallelism ? section.value(FileKeys.PARALLELISM, PARALLELISM) : null;
        Section sinkSection = section.section(FileKeys.SINK);
        SinkConfig sink = sinkSection == null ? null : new SinkReader(locations).read(sinkSection);
        Section source = section.section(FileKeys.SOURCE);
        if (source == null) {
            return null;
        }
        source.check(FileKeys.PIPELINE_SOURCE);
        ConnectionConfig connection = connection(source);
        List<TableSelector> tables = new TablesReader(problems).read(source);
        OptionValues options = options(source);
        if (name == null
                || interval == null
                || (hasTimeout && timeout == null)
                || (hasParallelism && parallelism == null)
                || sink == null
                || connection == null
                || options == null) {
            return null;
        }
        Pipeline pipeline =
                new Pipeline(
                        new SourceConfig(
                                connection,
                                name,
                                tables,
                                options,
                                stateDir + "/" + name,
                                true,
                                true,
                                List.of()),
                        sink,
                        interval,
                        timeout,
                        parallelism);
        checkSlot(section, pipeline);
        return pipeline;
    }

    private @Nullable String name(Section section) {
        String name = section.text(FileKeys.PIPELINE_NAME);
        if (name == null) {
            return null;
        }
        if (!NAME.matcher(name).matches()) {
            section.report(
                    FileKeys.PIPELINE_NAME,
                    Problem.of(
                            "",
                            "found \"" + name + "\"",
                            "1 to 100 letters, digits, underscores, dashes and dots, the first a"
                                    + " letter, digit or underscore"));
            return null;
        }
        if (name.equalsIgnoreCase(LOGS)) {
            section.report(
                    FileKeys.PIPELINE_NAME,
                    Problem.of(
                            "",
                            "found \"" + name + "\"",
                            "another name: state_dir has a folder of this one for the logs of"
                                    + " local runs"));
            return null;
        }
        String unnameable = Locations.isLocal(stateDir) ? FileNameCharset.problemWith(name) : null;
        if (unnameable != null) {
            section.report(FileKeys.PIPELINE_NAME, Problem.of("", unnameable));
            return null;
        }
        if (!names.add(name)) {
            section.report(
                    FileKeys.PIPELINE_NAME,
                    Problem.of("", "a second pipeline is named \"" + name + "\""));
        }
        return name;
    }

    private @Nullable ConnectionConfig connection(Section source) {
        String name = source.text(FileKeys.SOURCE_CONNECTION);
        if (name == null || connections.containsKey(name)) {
            return name == null ? null : connections.get(name);
        }
        source.report(
                FileKeys.SOURCE_CONNECTION,
                new Problem(
                        "",
                        null,
                        "there is no connection named \"" + name + "\"",
                        connections.isEmpty()
                                ? null
                                : "one of " + String.join(", ", connections.keySet()),
                        NearestName.of(name, connections.keySet())));
        return null;
    }

    private static @Nullable OptionValues options(Section source) {
        Section section = source.section(FileKeys.PROPERTIES);
        Map<String, String> texts = section == null ? Map.of() : section.texts();
        Checked<OptionValues> checked = OptionValues.of(texts, NameStyle.UNDERSCORE);
        if (section != null) {
            checked.problems().forEach(section::reportByName);
        }
        return checked.value();
    }

    private void checkSlot(Section section, Pipeline pipeline) {
        String place = pipeline.connection().address() + " " + pipeline.slot();
        String other = pipelinesBySlot.putIfAbsent(place, pipeline.name());
        if (other != null && !other.equals(pipeline.name())) {
            section.report(
                    FileKeys.PIPELINE_NAME,
                    Problem.of(
                            "",
                            "replication slot "
                                    + pipeline.slot()
                                    + " is already that of pipeline \""
                                    + other
                                    + "\"",
                            "a slot for each pipeline"));
        }
    }
}
