package io.nanosync.flink.pg.source.enumerator.snapshot;

import io.nanosync.flink.pg.source.enumerator.snapshot.SnapshotCursor.Position;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How many splits the tables of a plan have, and how many of them are read: computed from the plan,
 * from how far its splits were made, and from those few that are made and unread. No list of splits
 * is kept for it. Not thread-safe.
 */
public final class SplitCounts {

    private final SnapshotPlan plan;
    private final long[] totals;

    /** Indexes of the plan's tables by what the ids of a file's splits begin with. */
    private final Map<String, Integer> tableOfPrefix = new HashMap<>();

    /**
     * A table of the plan.
     *
     * @param read splits that readers have reported
     * @param total all its splits; 0 when it has no file
     */
    public record OfTable(SnapshotPlan.TablePlan table, long read, long total) {}

    public SplitCounts(SnapshotPlan plan) {
        this.plan = plan;
        this.totals = new long[plan.tables().size()];
        for (int table = 0; table < totals.length; table++) {
            for (SnapshotPlan.FilePlan file : plan.tables().get(table).files()) {
                totals[table] += splits(file);
                tableOfPrefix.put(SnapshotSplit.id(plan.epoch(), file.file(), ""), table);
            }
        }
    }

    /** As {@link SnapshotCursor} divides it: even an empty file is a split. */
    private long splits(SnapshotPlan.FilePlan file) {
        if (!file.ranges().isEmpty()) {
            return file.ranges().size();
        }
        long blocks = file.file().blocks();
        long whole = blocks / plan.blocksPerSplit();
        return blocks == 0 || blocks % plan.blocksPerSplit() > 0 ? whole + 1 : whole;
    }

    /**
     * All tables.
     *
     * @param made how far splits were made
     * @param unread ids of the splits that were made and not reported
     */
    public List<OfTable> all(Position made, Collection<String> unread) {
        return counts(IntStream.range(0, totals.length), made, unread);
    }

    /**
     * The tables of these splits; those that aren't of this plan are passed over.
     *
     * @param made see {@link #all}
     * @param unread see {@link #all}
     */
    public List<OfTable> of(Collection<String> splitIds, Position made, Collection<String> unread) {
        TreeSet<Integer> tables = new TreeSet<>();
        splitIds.stream().map(this::table).filter(Objects::nonNull).forEach(tables::add);
        return counts(tables.stream().mapToInt(Integer::intValue), made, unread);
    }

    private List<OfTable> counts(IntStream tables, Position made, Collection<String> unread) {
        Map<Integer, Integer> unreadOfTable = new HashMap<>();
        for (String id : unread) {
            Integer table = table(id);
            if (table != null) {
                unreadOfTable.merge(table, 1, Integer::sum);
            }
        }
        return tables.mapToObj(
                        table ->
                                new OfTable(
                                        plan.tables().get(table),
                                        made(table, made) - unreadOfTable.getOrDefault(table, 0),
                                        totals[table]))
                .toList();
    }

    /** Null for an id that isn't that of rows of this plan. */
    private @Nullable Integer table(String splitId) {
        // No part of a file has a colon in its name.
        return tableOfPrefix.get(splitId.substring(0, splitId.lastIndexOf(':') + 1));
    }

    private long made(int table, Position made) {
        if (table != made.table()) {
            return table < made.table() ? totals[table] : 0;
        }
        List<SnapshotPlan.FilePlan> files = plan.tables().get(table).files();
        long count = 0;
        for (SnapshotPlan.FilePlan file : files.subList(0, Math.min(made.file(), files.size()))) {
            count += splits(file);
        }
        if (made.file() < files.size()) {
            boolean byBlocks = files.get(made.file()).ranges().isEmpty();
            count += byBlocks ? made.next() / plan.blocksPerSplit() : made.next();
        }
        return count;
    }
}
