package io.nanosync.flink.jobs.docker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which metrics an expression of Prometheus' language reads, and how. Knows as much of the language
 * as our expressions use and refuses the rest.
 */
final class PromQl {

    private static final Pattern TOKEN =
            Pattern.compile(
                    "\\s*(?:(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)|(?<text>\"[^\"]*\")"
                        + "|(?<number>[0-9]+(?:\\.[0-9]+)?[smhd]?)|(?<sign>=~|!=|==|>=|<=|[-+*/<>=(){}\\[\\],]))");

    private static final Set<String> AGGREGATIONS = Set.of("max", "min", "sum");
    private static final Set<String> OF_COUNTERS = Set.of("rate", "increase");
    private static final Set<String> FUNCTIONS =
            Set.of(
                    "avg_over_time",
                    "changes",
                    "count_over_time",
                    "last_over_time",
                    "max_over_time",
                    "predict_linear");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool");

    private final String expression;
    private final List<String> tokens = new ArrayList<>();
    private final List<Use> uses = new ArrayList<>();
    private int at;

    private PromQl(String expression) {
        this.expression = expression;
        Matcher matcher = TOKEN.matcher(expression);
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            tokens.add(matcher.group().strip());
            end = matcher.end();
        }
        if (!expression.substring(end).isBlank()) {
            throw refused("unknown: " + expression.substring(end));
        }
    }

    /**
     * A metric that is read.
     *
     * @param selectors labels that it is selected by
     * @param grouping labels that stay of it in the result
     * @param counted whether its growth is taken, as is done with counters
     */
    record Use(String metric, Set<String> selectors, Set<String> grouping, boolean counted) {}

    /** What stands around a metric. */
    private record Frame(String function, Set<String> grouping) {}

    static List<Use> uses(String expression) {
        PromQl parsed = new PromQl(expression);
        parsed.read();
        return parsed.uses;
    }

    private void read() {
        Deque<Frame> frames = new ArrayDeque<>();
        String function = "";
        Set<String> grouping = Set.of();
        while (at < tokens.size()) {
            String token = next();
            if (token.equals("(")) {
                frames.push(new Frame(function, grouping));
                function = "";
                grouping = Set.of();
            } else if (token.equals(")")) {
                if (frames.isEmpty()) {
                    throw refused("one ) too many");
                }
                frames.pop();
            } else if (token.equals("by")) {
                grouping = list("(", ")");
            } else if (AGGREGATIONS.contains(token)
                    || FUNCTIONS.contains(token)
                    || OF_COUNTERS.contains(token)) {
                function = token;
            } else if (token.startsWith("ns_")) {
                use(token, frames);
            } else if (token.matches("[a-zA-Z_].*") && !OPERATORS.contains(token)) {
                throw refused("unknown word " + token);
            }
        }
        if (!frames.isEmpty()) {
            throw refused("a ( is open");
        }
    }

    private void use(String metric, Deque<Frame> frames) {
        Set<String> selectors =
                at < tokens.size() && tokens.get(at).equals("{") ? list("{", "}") : Set.of();
        boolean range = at < tokens.size() && tokens.get(at).equals("[");
        if (range) {
            at += 3;
        }
        if (at < tokens.size() && tokens.get(at).equals("offset")) {
            at += 2;
        }
        String around = frames.isEmpty() ? "" : frames.getFirst().function();
        if (range != (FUNCTIONS.contains(around) || OF_COUNTERS.contains(around))) {
            throw refused(metric + " with a range where none belongs, or without");
        }
        Set<String> grouping =
                frames.stream()
                        .filter(frame -> AGGREGATIONS.contains(frame.function()))
                        .findFirst()
                        .map(Frame::grouping)
                        .orElseThrow(() -> refused(metric + " of each process for itself"));
        uses.add(new Use(metric, selectors, grouping, OF_COUNTERS.contains(around)));
    }

    /** The names in a list: of labels, or of matchers with their values. */
    private Set<String> list(String open, String close) {
        if (!next().equals(open)) {
            throw refused("expected " + open);
        }
        Set<String> names = new TreeSet<>();
        for (String token = next(); !token.equals(close); token = next()) {
            if (token.matches("[a-zA-Z_].*")) {
                names.add(token);
            }
        }
        return names;
    }

    private String next() {
        if (at == tokens.size()) {
            throw refused("it ends early");
        }
        return tokens.get(at++);
    }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException(why + " in: " + expression);
    }
}
