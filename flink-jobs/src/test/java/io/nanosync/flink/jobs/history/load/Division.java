package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.pg.config.PartitionStrategy;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the snapshot divides the tables.
 *
 * @param whole the strategy of the pipeline
 * @param parts each table's part in it; none when all are divided by blocks
 */
public record Division(PartitionStrategy whole, Map<QualifiedName, Part> parts) {

    /** All of them by blocks. */
    public static final Division BY_BLOCKS = new Division(PartitionStrategy.CTID, Map.of());

    /**
     * One table's part.
     *
     * @param strategy its own
     * @param spread what its column holds
     * @param isIndexed whether an index serves
     */
    public record Part(PartitionStrategy strategy, Spread spread, boolean isIndexed) {
        @Override
        public String toString() {
            return strategy.name().toLowerCase(Locale.ROOT)
                    + " of "
                    + spread.type()
                    + (isIndexed ? " indexed" : "");
        }
    }

    /** One of values: of all tables alike, or of each as it comes. */
    public static Division draw(Random random) {
        PartitionStrategy whole =
                PartitionStrategy.values()[random.nextInt(PartitionStrategy.values().length)];
        Map<QualifiedName, Part> parts = new LinkedHashMap<>();
        for (QualifiedName table : LoadTables.names()) {
            PartitionStrategy strategy =
                    whole != PartitionStrategy.CTID
                            ? whole
                            : parts.isEmpty() || random.nextInt(3) > 0
                                    ? random.nextBoolean()
                                            ? PartitionStrategy.NTILE
                                            : PartitionStrategy.MINMAX
                                    : PartitionStrategy.CTID;
            List<Spread> spreads =
                    Arrays.stream(Spread.values())
                            .filter(
                                    spread ->
                                            strategy != PartitionStrategy.MINMAX
                                                    || spread.hasNumbers())
                            .toList();
            parts.put(
                    table,
                    new Part(
                            strategy,
                            spreads.get(random.nextInt(spreads.size())),
                            random.nextBoolean()));
        }
        return new Division(whole, parts);
    }

    /** Every table alike, by an integer. */
    public static Division of(PartitionStrategy strategy, boolean isIndexed) {
        Map<QualifiedName, Part> parts = new LinkedHashMap<>();
        LoadTables.names()
                .forEach(table -> parts.put(table, new Part(strategy, Spread.INT, isIndexed)));
        return new Division(strategy, parts);
    }

    /** Whether there are ranges of values. */
    public boolean isByValues() {
        return !parts.isEmpty();
    }

    /** A table's part, when there are any. */
    Part part(QualifiedName table) {
        return Objects.requireNonNull(parts.get(table), table::toString);
    }

    /** The table's line in the list of a pipeline's tables. */
    public String entry(QualifiedName table) {
        @Nullable Part part = parts.get(table);
        return part == null || part.strategy() == whole
                ? "'" + table + "'"
                : "{name: '%s', partition_strategy: %s, partition_column: %s}"
                        .formatted(table, word(part.strategy()), Spread.COLUMN);
    }

    /** What the pipeline's properties say of it. */
    public Map<String, String> properties() {
        Map<String, String> properties = new TreeMap<>();
        if (whole != PartitionStrategy.CTID) {
            properties.put("partition_strategy", word(whole));
            properties.put("partition_column", Spread.COLUMN);
        }
        return properties;
    }

    private static String word(PartitionStrategy strategy) {
        return strategy.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return isByValues()
                ? parts.entrySet().stream()
                        .map(part -> part.getKey().name() + " " + part.getValue())
                        .collect(Collectors.joining(", ", word(whole) + " (", ")"))
                : "ctid";
    }
}
