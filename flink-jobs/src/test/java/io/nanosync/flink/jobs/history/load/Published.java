package io.nanosync.flink.jobs.history.load;

import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.testing.TestDatabase;
import io.nanosync.flink.pg.testing.verify.PublishedPart;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a publication that is made by hand publishes.
 *
 * @param scope what it is for
 * @param excerpts of the tables that it names; void where it is for their schema too
 * @param insertsAlone whether it publishes neither updates nor deletes nor truncates
 */
public record Published(Scope scope, Map<QualifiedName, Excerpt> excerpts, boolean insertsAlone) {

    /** What a publication is for. */
    public enum Scope {
        TABLES,
        /** From PostgreSQL 15 on; tables may be named besides. */
        SCHEMA,
        ALL_TABLES
    }

    /** The tables, whole. */
    public static final Published WHOLE = new Published(Scope.TABLES, Map.of(), false);

    /** Draws it: before 15 there are neither row filters nor column lists nor schemas. */
    public static Published draw(Random random, int version, boolean isDivided) {
        boolean from15 = version >= 15;
        int kind = random.nextInt(6);
        Scope scope =
                !from15
                        ? kind < 3 ? Scope.TABLES : Scope.ALL_TABLES
                        : kind < 4 ? Scope.TABLES : kind == 4 ? Scope.SCHEMA : Scope.ALL_TABLES;
        boolean insertsAlone = random.nextInt(5) == 0;
        Map<QualifiedName, Excerpt> excerpts = new LinkedHashMap<>();
        if (from15 && scope != Scope.ALL_TABLES) {
            for (QualifiedName table : LoadTables.names()) {
                if (!table.equals(LoadTables.MARKER)) {
                    Excerpt drawn =
                            Excerpt.draw(random, Shape.of(table.name()), isDivided, insertsAlone);
                    // A publication for a schema takes no column list.
                    if (!drawn.isWhole() && (scope == Scope.TABLES || drawn.columns() == null)) {
                        excerpts.put(table, drawn);
                    }
                }
            }
        }
        return new Published(scope, excerpts, insertsAlone);
    }

    /** The same with the whole of all but these tables. */
    public Published of(Collection<QualifiedName> tables) {
        Map<QualifiedName, Excerpt> some = new LinkedHashMap<>(excerpts);
        some.keySet().retainAll(tables);
        return new Published(scope, some, insertsAlone);
    }

    /** Draws what it is for, of whole tables. */
    public static Published drawWhole(Random random, int version) {
        int kind = random.nextInt(6);
        return new Published(
                kind < 4
                        ? Scope.TABLES
                        : kind == 4 && version >= 15 ? Scope.SCHEMA : Scope.ALL_TABLES,
                Map.of(),
                false);
    }

    /** Of some tables not all rows, and updates make them come and go. */
    public static Published someRows() {
        return new Published(
                Scope.TABLES,
                Map.of(
                        LoadTables.name("plain"),
                        new Excerpt(Condition.LENGTH_OF_NOTE, null, true),
                        LoadTables.name("parted"),
                        new Excerpt(Condition.REGION, null, false),
                        LoadTables.name("whole"),
                        new Excerpt(Condition.SMALL, null, false)),
                false);
    }

    /** All tables of the database. */
    public static Published allTables() {
        return new Published(Scope.ALL_TABLES, Map.of(), false);
    }

    /** Of what becomes of the rows nothing. */
    public static Published inserts() {
        return new Published(Scope.TABLES, Map.of(), true);
    }

    /** What comes of a table. */
    public PublishedPart part(QualifiedName table) {
        Excerpt excerpt = excerpt(table);
        return new PublishedPart(
                excerpt.columns() == null ? null : Set.copyOf(excerpt.columns()),
                excerpt.rows() == null ? PublishedPart.WHOLE.rows() : excerpt.rows().rows(),
                insertsAlone);
    }

    /** Whether not all of each table arrives. */
    public boolean isInPart() {
        return insertsAlone || (scope == Scope.TABLES && !excerpts.isEmpty());
    }

    private Excerpt excerpt(QualifiedName table) {
        return scope == Scope.TABLES ? named(table) : Excerpt.WHOLE;
    }

    private Excerpt named(QualifiedName table) {
        return excerpts.getOrDefault(table, Excerpt.WHOLE);
    }

    /** Whether the publication has a row filter for the table, void or not. */
    public boolean filters(QualifiedName table) {
        return named(table).rows() != null;
    }

    /**
     * The statement that makes the publication.
     *
     * @param captured the tables that it must be for
     */
    public String sql(String publication, List<QualifiedName> captured) {
        return "CREATE PUBLICATION %s FOR %s WITH (publish_via_partition_root = true%s)"
                .formatted(
                        publication, objects(captured), insertsAlone ? ", publish = 'insert'" : "");
    }

    private String objects(List<QualifiedName> captured) {
        List<String> objects = new ArrayList<>();
        if (scope == Scope.ALL_TABLES) {
            objects.add("ALL TABLES");
        } else {
            String named =
                    captured.stream()
                            .filter(table -> scope == Scope.TABLES || excerpts.containsKey(table))
                            .map(table -> named(table).sql(table))
                            .collect(Collectors.joining(", "));
            if (!named.isEmpty()) {
                objects.add("TABLE " + named);
            }
            if (scope == Scope.SCHEMA) {
                objects.add("TABLES IN SCHEMA " + LoadTables.MARKER.schema());
            }
        }
        return String.join(", ", objects);
    }

    /** Alters the tables, before they have rows, so that their changes can be published so. */
    void prepare(TestDatabase database) {
        excerpts.forEach(
                (table, excerpt) -> {
                    if (excerpt.becomesFull()) {
                        List<String> files = new ArrayList<>(Shape.of(table.name()).leaves());
                        files.add(table.name());
                        for (String file : files) {
                            database.execute(
                                    "ALTER TABLE "
                                            + LoadTables.name(file).sql()
                                            + " REPLICA IDENTITY FULL");
                        }
                    }
                });
        if (insertsAlone) {
            new Telling(database).prepare();
        }
    }

    /**
     * Whether what arrived of a table adds up to what is published of it in the end. Not where a
     * row comes into what is published by a change of its key: PostgreSQL then sends an insert
     * without what it didn't have to log.
     */
    public boolean addsUp(QualifiedName table) {
        Excerpt excerpt = excerpt(table);
        return excerpt.rows() == null
                || excerpt.becomesFull()
                || Shape.of(table.name()) != Shape.TOASTED;
    }

    /**
     * Puts what is published of each table in the table's place, for whoever compares it with what
     * arrived. Nothing may write any more.
     */
    public void leaveAlone(TestDatabase database) {
        for (QualifiedName table : LoadTables.names()) {
            Excerpt excerpt = excerpt(table);
            if (!excerpt.isWhole()) {
                QualifiedName all = LoadTables.name("all of " + table.name());
                database.execute(
                        "ALTER TABLE "
                                + table.sql()
                                + " RENAME TO "
                                + QualifiedName.quote(all.name()),
                        "CREATE VIEW " + table.sql() + " AS " + excerpt.select(all));
            }
        }
    }

    @Override
    public String toString() {
        return scope.name().toLowerCase(Locale.ROOT)
                + (insertsAlone ? ", inserts alone" : "")
                + excerpts.entrySet().stream()
                        .map(excerpt -> ", " + excerpt.getKey().name() + " " + excerpt.getValue())
                        .collect(Collectors.joining());
    }
}
