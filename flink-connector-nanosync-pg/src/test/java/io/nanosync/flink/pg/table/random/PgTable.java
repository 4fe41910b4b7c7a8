package io.nanosync.flink.pg.table.random;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table of PostgreSQL.
 *
 * @param primaryKey its columns; empty without one
 * @param identityIndex columns of the index that is the replica identity; empty without one
 * @param full whether the replica identity is the whole row
 * @param partitionedBy the column by whose hash rows are divided; null when they aren't
 */
record PgTable(
        String name,
        List<PgColumn> columns,
        List<String> primaryKey,
        List<String> identityIndex,
        boolean full,
        @Nullable String partitionedBy) {

    private static final int PARTITIONS = 3;

    record PgColumn(String name, ColumnType type, boolean notNull) {}

    static PgTable draw(Draw draw, String name) {
        int keys = draw.chance(12) ? 0 : draw.of(1, 1, 2, 3);
        List<PgColumn> columns = new ArrayList<>();
        List<String> key = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            columns.add(new PgColumn("k" + i, draw.of(ColumnType.OF_KEYS), true));
            key.add("k" + i);
        }
        int others = draw.between(keys == 0 ? 2 : 1, 5);
        for (int i = 0; i < others; i++) {
            columns.add(
                    new PgColumn("v" + i, draw.of(List.of(ColumnType.values())), draw.chance(30)));
        }
        boolean byIndex = keys > 0 && draw.chance(20);
        if (byIndex) {
            columns.add(new PgColumn("u0", draw.of(ColumnType.OF_KEYS), true));
        }
        boolean full = !byIndex && (keys == 0 || draw.chance(40));
        String partitionedBy = null;
        if (!byIndex && draw.chance(20)) {
            partitionedBy = keys == 0 ? columns.get(0).name() : draw.of(key);
        }
        return new PgTable(
                name,
                draw.shuffled(columns),
                draw.shuffled(key),
                byIndex ? List.of("u0") : List.of(),
                full,
                partitionedBy);
    }

    PgColumn column(String named) {
        return columns.stream()
                .filter(column -> column.name().equals(named))
                .findFirst()
                .orElseThrow();
    }

    /** By which rows are told apart in the stream; empty when only whole rows do. */
    List<String> appliedKey() {
        return identityIndex.isEmpty() ? primaryKey : identityIndex;
    }

    /** Columns in which no two rows have the same. */
    Set<String> keyColumns() {
        Set<String> keys = new HashSet<>(primaryKey);
        keys.addAll(identityIndex);
        return keys;
    }

    List<String> create() {
        List<String> lines = new ArrayList<>();
        for (PgColumn column : columns) {
            lines.add(
                    column.name()
                            + " "
                            + column.type().postgres()
                            + (column.notNull() ? " NOT NULL" : ""));
        }
        if (!primaryKey.isEmpty()) {
            lines.add("PRIMARY KEY (" + String.join(", ", primaryKey) + ")");
        }
        List<String> statements = new ArrayList<>();
        statements.add(
                "CREATE TABLE "
                        + name
                        + " ("
                        + String.join(", ", lines)
                        + ")"
                        + (partitionedBy == null
                                ? ""
                                : " PARTITION BY HASH (" + partitionedBy + ")"));
        if (partitionedBy != null) {
            for (int i = 0; i < PARTITIONS; i++) {
                statements.add(
                        "CREATE TABLE "
                                + name
                                + "_"
                                + i
                                + " PARTITION OF "
                                + name
                                + " FOR VALUES WITH (MODULUS "
                                + PARTITIONS
                                + ", REMAINDER "
                                + i
                                + ")");
            }
        }
        for (PgColumn column : columns) {
            if (column.type() == ColumnType.LARGE) {
                for (String part : parts()) {
                    statements.add(
                            "ALTER TABLE "
                                    + part
                                    + " ALTER COLUMN "
                                    + column.name()
                                    + " SET STORAGE EXTERNAL");
                }
            }
        }
        if (!identityIndex.isEmpty()) {
            String index = name + "_identity";
            statements.add(
                    "CREATE UNIQUE INDEX "
                            + index
                            + " ON "
                            + name
                            + " ("
                            + String.join(", ", identityIndex)
                            + ")");
            statements.add("ALTER TABLE " + name + " REPLICA IDENTITY USING INDEX " + index);
        }
        if (full) {
            for (String part : parts()) {
                statements.add("ALTER TABLE " + part + " REPLICA IDENTITY FULL");
            }
        }
        return statements;
    }

    /** The table and its partitions. */
    private List<String> parts() {
        List<String> parts = new ArrayList<>(List.of(name));
        if (partitionedBy != null) {
            parts.addAll(
                    IntStream.range(0, PARTITIONS)
                            .mapToObj(i -> name + "_" + i)
                            .collect(Collectors.toList()));
        }
        return parts;
    }
}
