package io.nanosync.flink.jobs.history;

import io.nanosync.flink.jobs.history.load.LoadTables;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which tables a pipeline captures.
 *
 * @param first those that it begins with
 * @param steady those of them that it always captures
 */
public record Capture(List<QualifiedName> first, Set<QualifiedName> steady) {

    /** All tables all the time. */
    public static final Capture ALL =
            new Capture(LoadTables.names(), Set.copyOf(LoadTables.names()));

    /** Of those that aren't steady at most so many are added or removed at once. */
    private static final int MOST = 3;

    /** Begins with about two thirds of the tables, of which a third is steady. */
    static Capture draw(Random random) {
        List<QualifiedName> first = new ArrayList<>();
        Set<QualifiedName> steady = new LinkedHashSet<>();
        for (QualifiedName table : LoadTables.names()) {
            boolean isLast = table.equals(LoadTables.MARKER);
            boolean isFirst = random.nextInt(3) < 2;
            boolean isSteady = random.nextInt(3) == 0;
            if (isFirst || isLast) {
                first.add(table);
                if (isSteady || isLast) {
                    steady.add(table);
                }
            }
        }
        return new Capture(List.copyOf(first), steady);
    }

    /** Begins with all but these, which come and go. */
    public static Capture without(String... tables) {
        Set<QualifiedName> steady = new LinkedHashSet<>(LoadTables.names());
        for (String table : tables) {
            steady.remove(new QualifiedName(LoadTables.MARKER.schema(), table));
        }
        return new Capture(List.copyOf(steady), steady);
    }

    /** Whether there are tables that come and go. */
    public boolean alters() {
        return steady.size() < LoadTables.names().size();
    }

    /**
     * Other tables than those of now: some more, some less, or both.
     *
     * @param mayAdd whether there may be some more
     */
    List<QualifiedName> drawAfter(List<QualifiedName> now, boolean mayAdd, Random draws) {
        List<QualifiedName> absent = new ArrayList<>(LoadTables.names());
        absent.removeAll(now);
        List<QualifiedName> removable = new ArrayList<>(now);
        removable.removeAll(steady);
        if (!mayAdd) {
            absent.clear();
        }
        int kind = draws.nextInt(3);
        boolean adds = (kind < 2 || removable.isEmpty()) && !absent.isEmpty();
        boolean removes = (kind > 0 || absent.isEmpty()) && !removable.isEmpty();
        Set<QualifiedName> after = new LinkedHashSet<>(now);
        if (removes) {
            some(removable, draws).forEach(after::remove);
        }
        if (adds) {
            after.addAll(some(absent, draws));
        }
        return LoadTables.names().stream().filter(after::contains).toList();
    }

    private static List<QualifiedName> some(List<QualifiedName> tables, Random draws) {
        Collections.shuffle(tables, draws);
        return tables.subList(0, 1 + draws.nextInt(Math.min(MOST, tables.size())));
    }

    @Override
    public String toString() {
        return "begins with "
                + names(first)
                + (alters() ? ", always has " + names(steady.stream().toList()) : "");
    }

    static String names(List<QualifiedName> tables) {
        return tables.stream().map(QualifiedName::name).collect(Collectors.joining(" ", "[", "]"));
    }
}
