package io.nanosync.flink.pg.client.jdbc;

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

/** What composite types are made of. */
final class CompositeQueries {

    private static final String PLACES =
            """
            SELECT t.oid, n.nspname, t.typname, a.attnum, a.attname, a.atttypid, a.atttypmod,
                   a.attisdropped, a.xmin::text::bigint AS version
              FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
              LEFT JOIN pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0
             WHERE t.oid = ANY (?::int8[]::oid[]) AND t.typrelid <> 0
             ORDER BY t.oid, a.attnum
            """;

    private final Session session;

    CompositeQueries(Session session) {
        this.session = session;
    }

    List<CompositeType> read(List<Integer> oids) throws PgException {
        return types(
                session.rows(
                        "look what composite types are made of",
                        PLACES,
                        Row::read,
                        (Object) oids.stream().map(Integer::toUnsignedLong).toArray(Long[]::new)));
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
    private record Row(int type, String name, Place place) {

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
                            (int) row.getLong("version")));
        }
    }
}
