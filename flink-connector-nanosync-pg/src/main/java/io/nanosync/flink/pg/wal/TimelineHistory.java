package io.nanosync.flink.pg.wal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The timeline of a server and those that led to it, each promotion having begun a new one.
 *
 * <p>Source: PostgreSQL, {@code src/backend/access/transam/timeline.c}.
 *
 * @param timeline the server's own
 * @param ancestors those before, oldest first
 */
public record TimelineHistory(Timeline timeline, List<Ancestor> ancestors) {

    /**
     * A timeline that a promotion ended.
     *
     * @param end where the next one began: what was written to this one behind isn't on the server
     */
    public record Ancestor(Timeline timeline, Lsn end) {}

    /** The history of a cluster that no standby was promoted of. */
    public static TimelineHistory first(long systemIdentifier) {
        return new TimelineHistory(
                new Timeline(systemIdentifier, Timeline.FIRST, Lsn.NONE), List.of());
    }

    /**
     * Reads a history file: lines of a timeline, where the next one began, and why, with blanks or
     * tabs between; {@code #} begins a comment.
     *
     * @param systemIdentifier the cluster that it is of
     * @param number of the timeline whose history it is
     * @throws IllegalArgumentException when it is malformed
     */
    public static TimelineHistory parse(long systemIdentifier, int number, String file) {
        List<Ancestor> ancestors = new ArrayList<>();
        Lsn begin = Lsn.NONE;
        for (String line : file.lines().map(String::strip).toList()) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                Ancestor ancestor = ancestor(systemIdentifier, begin, line);
                ancestors.add(ancestor);
                begin = ancestor.end();
            }
        }
        return new TimelineHistory(
                new Timeline(systemIdentifier, number, begin), List.copyOf(ancestors));
    }

    private static Ancestor ancestor(long systemIdentifier, Lsn begin, String line) {
        String[] parts = line.split("\\s+", 3);
        try {
            return new Ancestor(
                    new Timeline(systemIdentifier, Integer.parseInt(parts[0]), begin),
                    Lsn.parse(parts[1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "Expected a timeline and an LSN in a timeline history, found: " + line, e);
        }
    }

    /**
     * Up to where an earlier timeline is part of this server's WAL; null when it isn't part of it
     * at all.
     */
    public @Nullable Lsn end(Timeline earlier) {
        Lsn end = null;
        for (Ancestor ancestor : ancestors) {
            if (end != null) {
                // A standby that was to follow a promoted one, and was promoted itself before it
                // came to where that had begun: it has the first timeline only as far as it came.
                end = ancestor.end.isAfter(end) ? end : ancestor.end;
            } else if (ancestor.timeline.isSame(earlier)) {
                end = ancestor.end;
            }
        }
        return end;
    }

    /** Whether the server's WAL is that of a timeline up to an LSN. */
    public boolean holds(Timeline other, Lsn upTo) {
        if (timeline.isSame(other)) {
            return true;
        }
        Lsn end = end(other);
        return end != null && !upTo.isAfter(end);
    }
}
