package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.CompositeCatalog.CompositeReading;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.CompositeType;
import io.nanosync.flink.pg.relation.CompositeType.Place;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What composite types are made of, and whether somebody is altering them. */
final class CompositeQueries {

    private static final String DOING = "look what composite types are made of";

    /**
     * Whoever adds an attribute writes the type's row of {@code pg_class}, whoever alters or drops
     * one that of {@code pg_attribute}: as long as others don't see what he did they see his id in
     * the former row.
     */
    private static final String PLACES =
            """
            SELECT t.oid, n.nspname, t.typname, a.attnum, a.attname, a.atttypid, a.atttypmod,
                   a.attisdropped, a.xmin::text::bigint AS version,
                   a.xmax::text::bigint AS altering, c.xmax::text::bigint AS adding
              FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
              JOIN pg_class c ON c.oid = t.typrelid
              LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
             WHERE t.oid = ANY (?::int8[]::oid[])
             ORDER BY t.oid, a.attnum
            """;

    private static final String ANY_OPEN =
            """
            SELECT EXISTS (SELECT FROM pg_locks
                            WHERE locktype = 'transactionid' AND granted
                              AND transactionid::text = ANY (?::text[]))
            """;

    private final Session session;

    CompositeQueries(Session session) {
        this.session = session;
    }

    CompositeReading read(List<Integer> oids) throws PgException {
        List<Row> rows = rows(oids);
        String[] altering =
                rows.stream()
                        .flatMap(row -> List.of(row.altering(), row.adding()).stream())
                        .filter(transaction -> transaction != 0)
                        .distinct()
                        .map(String::valueOf)
                        .toArray(String[]::new);
        // One that ended in between did so without effect, when all is as it was before.
        boolean settled =
                altering.length == 0
                        || (!session.one(
                                        DOING,
                                        ANY_OPEN,
                                        row -> row.getBoolean(1),
                                        (Object) altering)
                                && rows(oids).equals(rows));
        return new CompositeReading(types(rows), settled);
    }

    private List<Row> rows(List<Integer> oids) throws PgException {
        return session.rows(
                DOING,
                PLACES,
                Row::read,
                (Object) oids.stream().map(Integer::toUnsignedLong).toArray(Long[]::new));
    }

    private static List<CompositeType> types(List<Row> rows) {
        Map<Integer, List<Place>> places = new LinkedHashMap<>();
        Map<Integer, String> names = new LinkedHashMap<>();
        for (Row row : rows) {
            names.put(row.type(), row.name());
            List<Place> ofType = places.computeIfAbsent(row.type(), oid -> new ArrayList<>());
            if (row.place().attnum() != 0) {
                ofType.add(row.place());
            }
        }
        return places.entrySet().stream()
                .map(
                        entry ->
                                new CompositeType(
                                        entry.getKey(),
                                        names.getOrDefault(entry.getKey(), ""),
                                        entry.getValue()))
                .toList();
    }

    /** One attribute, of number 0 where a type has none. */
    private record Row(int type, String name, Place place, long altering, long adding) {

        static Row read(ResultSet row) throws SQLException {
            return new Row(
                    (int) row.getLong("oid"),
                    new QualifiedName(row.getString("nspname"), row.getString("typname"))
                            .toString(),
                    new Place(
                            row.getInt("attnum"),
                            String.valueOf(row.getString("attname")),
                            (int) row.getLong("atttypid"),
                            row.getInt("atttypmod"),
                            row.getBoolean("attisdropped"),
                            (int) row.getLong("version")),
                    row.getLong("altering"),
                    row.getLong("adding"));
        }
    }
}
