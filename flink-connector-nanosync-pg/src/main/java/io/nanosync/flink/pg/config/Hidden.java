package io.nanosync.flink.pg.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Stretches of a text that no message may quote, since they were put in for a variable, which may
 * hold a secret; and what to quote instead.
 */
public record Hidden(List<Stretch> stretches) {

    /** Nothing is hidden. */
    public static final Hidden NOTHING = new Hidden(List.of());

    /**
     * A stretch.
     *
     * @param from its first character
     * @param to behind its last one
     * @param shown the variable, as it is written
     */
    public record Stretch(int from, int to, String shown) {}

    /** What is hidden of the text without its first characters. */
    Hidden behind(int characters) {
        List<Stretch> moved = new ArrayList<>();
        for (Stretch stretch : stretches) {
            if (stretch.to > characters) {
                moved.add(
                        new Stretch(
                                Math.max(0, stretch.from - characters),
                                stretch.to - characters,
                                stretch.shown));
            }
        }
        return new Hidden(moved);
    }

    /** Whether something of a part of the text is hidden. */
    boolean isIn(int from, int to) {
        return stretches.stream().anyMatch(stretch -> stretch.from < to && stretch.to > from);
    }

    /**
     * A part of the text for a message.
     *
     * @param plain what to quote when nothing of it is hidden
     */
    String quote(String text, int from, int to, String plain) {
        if (!isIn(from, to)) {
            return '"' + plain + '"';
        }
        StringBuilder shown = new StringBuilder();
        int end = from;
        for (Stretch stretch : stretches) {
            if (stretch.from < to && stretch.to > from) {
                if (stretch.from > end) {
                    shown.append(text, end, stretch.from);
                }
                shown.append(stretch.shown);
                end = stretch.to;
            }
        }
        return "\""
                + (end < to ? shown.append(text, end, to) : shown)
                + "\" (the value isn't shown)";
    }
}
