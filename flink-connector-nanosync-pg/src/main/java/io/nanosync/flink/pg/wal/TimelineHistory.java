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
public record TimelineHistory(int timeline, List<Ancestor> ancestors) {

    /** The first timeline of a cluster, which has no history. */
    public static final int FIRST = 1;

    /**
     * A timeline that a promotion ended.
     *
     * @param end where the next one began: what was written to this one behind isn't on the server
     */
    public record Ancestor(int timeline, Lsn end) {}

    /**
     * Reads a history file: lines of a timeline, where the next one began, and why, with blanks or
     * tabs between; {@code #} begins a comment.
     *
     * @param timeline whose history it is
     * @throws IllegalArgumentException when it is malformed
     */
    public static TimelineHistory parse(int timeline, String file) {
        List<Ancestor> ancestors = new ArrayList<>();
        for (String line : file.lines().map(String::strip).toList()) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                ancestors.add(ancestor(line));
            }
        }
        return new TimelineHistory(timeline, List.copyOf(ancestors));
    }

    private static Ancestor ancestor(String line) {
        String[] parts = line.split("\\s+", 3);
        try {
            return new Ancestor(Integer.parseInt(parts[0]), Lsn.parse(parts[1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "Expected a timeline and an LSN in a timeline history, found: " + line, e);
        }
    }

    /**
     * Up to where an earlier timeline is part of this server's WAL; null when it isn't part of it
     * at all.
     */
    public @Nullable Lsn end(int earlier) {
        return ancestors.stream()
                .filter(ancestor -> ancestor.timeline == earlier)
                .map(Ancestor::end)
                .findFirst()
                .orElse(null);
    }
}
