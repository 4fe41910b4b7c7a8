package io.nanosync.flink.jobs.pipeline;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.nanosync.flink.pg.config.Checked;
import io.nanosync.flink.pg.config.Problem;
import io.nanosync.flink.pg.config.Problem.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one YAML document into {@link YamlNode}s. Scalars keep their text: {@code on}, {@code 010}
 * and {@code 1_000} are what stands in the file. Anchors and aliases work; tags have no effect.
 */
final class YamlReader {

    private static final String WHOLE_FILE = "file";

    private final YAMLParser parser;
    private final Map<String, YamlNode> anchors = new HashMap<>();

    private YamlReader(YAMLParser parser) {
        this.parser = parser;
    }

    /** The document, or the one syntax error at which reading ended. */
    static Checked<YamlNode> read(String text) {
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            return new YamlReader(parser).document();
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            Problem problem =
                    Problem.of(WHOLE_FILE, "YAML syntax error: " + reason(e.getOriginalMessage()));
            return failed(problem.at(WHOLE_FILE, at == null ? null : position(at)));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read YAML from memory", e);
        }
    }

    private Checked<YamlNode> document() throws IOException {
        if (parser.nextToken() == null) {
            return failed(Problem.of(WHOLE_FILE, "found nothing", "connections and pipelines"));
        }
        YamlNode root = node();
        if (parser.nextToken() != null) {
            return failed(
                    Problem.of(WHOLE_FILE, "found a second YAML document", "one document a file")
                            .at(WHOLE_FILE, position(parser.currentTokenLocation())));
        }
        return Checked.of(root, List.of());
    }

    private static Checked<YamlNode> failed(Problem problem) {
        return Checked.of(null, List.of(problem));
    }

    /**
     * SnakeYAML quotes the source lines, which may hold a password: only its own words are kept.
     */
    private static String reason(String message) {
        List<String> kept = new ArrayList<>();
        for (String line : message.split("\n", -1)) {
            if (!line.startsWith(" ") && !line.isBlank()) {
                kept.add(line.strip());
            }
        }
        return String.join(", ", kept);
    }

    private YamlNode node() throws IOException {
        Position position = position(parser.currentTokenLocation());
        if (parser.isCurrentAlias()) {
            return alias(parser.getText());
        }
        Object anchor = parser.getObjectId();
        YamlNode node =
                switch (parser.currentToken()) {
                    case START_OBJECT -> mapping(position);
                    case START_ARRAY -> sequence(position);
                    case VALUE_NULL -> new YamlNode.Scalar(position, null);
                    default -> new YamlNode.Scalar(position, parser.getText());
                };
        if (anchor != null) {
            anchors.put(anchor.toString(), node);
        }
        return node;
    }

    private YamlNode alias(String name) throws IOException {
        YamlNode target = anchors.get(name);
        if (target == null) {
            throw new JsonParseException(parser, "alias *" + name + " has no anchor before it");
        }
        return target;
    }

    private YamlNode mapping(Position position) throws IOException {
        List<YamlNode.Entry> entries = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            Position keyPosition = position(parser.currentTokenLocation());
            String key = parser.currentName();
            parser.nextToken();
            entries.add(new YamlNode.Entry(keyPosition, key, node()));
        }
        return new YamlNode.Mapping(position, List.copyOf(entries));
    }

    private YamlNode sequence(Position position) throws IOException {
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node());
        }
        return new YamlNode.Sequence(position, List.copyOf(items));
    }

    private static Position position(JsonLocation location) {
        return new Position(location.getLineNr(), location.getColumnNr());
    }
}
