package io.nanosync.flink.jobs.pipeline;

import io.nanosync.flink.pg.config.Problem.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A parsed YAML value with its place in the file. */
sealed interface YamlNode {

    Position position();

    /** What was found here, as a noun, without the value. */
    String kind();

    /**
     * Text, number, boolean or nothing at all.
     *
     * @param text as it stands in the file, without quotes; null for an empty value
     */
    record Scalar(Position position, @Nullable String text) implements YamlNode {
        @Override
        public String kind() {
            return text == null ? "nothing" : "a single value";
        }
    }

    /** A list. */
    record Sequence(Position position, List<YamlNode> items) implements YamlNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** Keys and values in the order of the file; keys may repeat. */
    record Mapping(Position position, List<Entry> entries) implements YamlNode {
        @Override
        public String kind() {
            return "keys and values";
        }
    }

    /** One key and its value. */
    record Entry(Position position, String key, YamlNode value) {}
}
