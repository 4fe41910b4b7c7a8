package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.NearestName;
import io.nanosync.flink.pg.config.Problem;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code sink}. */
final class SinkReader {

    private static final List<String> TYPES = List.of("print", "blackhole", "arrow");
    private static final List<String> LATER = List.of("parquet", "postgres", "table");

    private final Locations locations;

    SinkReader(Locations locations) {
        this.locations = locations;
    }

    /** The sink; null when something is wrong with it. */
    @Nullable SinkConfig read(Section section) {
        String type = section.text(FileKeys.SINK_TYPE);
        if (type == null) {
            section.check(
                    section.node(FileKeys.SINK_TYPE) == null
                            ? FileKeys.SINK_ARROW.subList(0, 1)
                            : FileKeys.SINK_ARROW);
            return null;
        }
        return switch (type) {
            case "print" -> without(section, new SinkConfig.Print());
            case "blackhole" -> without(section, new SinkConfig.Blackhole());
            case "arrow" -> {
                section.check(FileKeys.SINK_ARROW);
                yield path(section, SinkConfig.Arrow::new);
            }
            default -> {
                section.report(FileKeys.SINK_TYPE, unusable(type));
                yield null;
            }
        };
    }

    private static SinkConfig without(Section section, SinkConfig sink) {
        section.check(FileKeys.SINK_WITHOUT_OPTIONS);
        return sink;
    }

    private @Nullable SinkConfig path(Section section, Function<String, SinkConfig> sink) {
        String path = section.text(FileKeys.ARROW_PATH);
        if (path == null) {
            return null;
        }
        try {
            return sink.apply(locations.resolve(path));
        } catch (IllegalArgumentException e) {
            section.report(FileKeys.ARROW_PATH, Locations.problem(e));
            return null;
        }
    }

    private static Problem unusable(String type) {
        String expected = String.join(", ", TYPES);
        if (LATER.contains(type)) {
            return Problem.of("", "sink \"" + type + "\" is not in this version yet", expected);
        }
        return new Problem(
                "",
                null,
                "found \"" + type + "\"",
                expected,
                NearestName.of(type, Stream.concat(TYPES.stream(), LATER.stream()).toList()));
    }
}
