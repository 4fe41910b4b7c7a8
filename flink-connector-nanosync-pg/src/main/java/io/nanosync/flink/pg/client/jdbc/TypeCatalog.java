package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.PgType.Attribute;
import io.nanosync.flink.pg.relation.PgType.Kind;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Types with everything that they are made of, in two queries however deep they nest. */
final class TypeCatalog {

    // A true array is its element's typarray; int2vector or box have an element and are none.
    // Which type a type is made of: element, base, subtype, or a multirange's range.
    private static final String PARTS =
            """
            WITH RECURSIVE types AS (
                SELECT t.oid, t.typname, t.typnamespace, t.typtype, t.typrelid, t.typdelim,
                       t.typsend <> 0 AS sends, t.typtypmod AS base_typmod,
                       CASE WHEN e.oid IS NOT NULL THEN e.oid
                            WHEN t.typtype = 'd' THEN t.typbasetype
                            WHEN t.typtype = 'r' THEN
                                (SELECT rngsubtype FROM pg_range WHERE rngtypid = t.oid)
                            %s
                       END AS part,
                       e.oid IS NOT NULL AS is_array
                  FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
            ), used(oid) AS (
                SELECT unnest(?::int8[])::oid
                UNION
                SELECT d.oid
                  FROM used u JOIN types t ON t.oid = u.oid
                  CROSS JOIN LATERAL (
                      SELECT t.part AS oid WHERE t.part IS NOT NULL
                      UNION ALL
                      SELECT a.atttypid FROM pg_attribute a
                       WHERE t.typtype = 'c' AND a.attrelid = t.typrelid
                         AND a.attnum > 0 AND NOT a.attisdropped) d
            )
            """;

    private static final String MULTIRANGE =
            "WHEN t.typtype = 'm' THEN (SELECT rngtypid FROM pg_range WHERE rngmultitypid = t.oid)";

    private static final String TYPES =
            """
            SELECT t.*, n.nspname
              FROM types t JOIN pg_namespace n ON n.oid = t.typnamespace
             WHERE t.oid IN (SELECT oid FROM used)
            """;

    private static final String ATTRIBUTES =
            """
            SELECT t.oid, a.attname, a.atttypid, a.atttypmod
              FROM types t JOIN pg_attribute a ON a.attrelid = t.typrelid
             WHERE t.oid IN (SELECT oid FROM used) AND t.typtype = 'c'
               AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY t.oid, a.attnum
            """;

    private final Session session;

    TypeCatalog(Session session) {
        this.session = session;
    }

    /** The types by OID, and those they are made of. */
    Map<Integer, PgType> load(String doing, List<Long> oids) throws PgException {
        Long[] wanted = oids.stream().distinct().toArray(Long[]::new);
        String parts = PARTS.formatted(session.major() >= 14 ? MULTIRANGE : "");
        Map<Integer, RawType> raw = new HashMap<>();
        for (RawType type : session.rows(doing, parts + TYPES, RawType::read, (Object) wanted)) {
            raw.put(type.oid(), type);
        }
        Map<Integer, List<RawAttribute>> attributes = new HashMap<>();
        if (raw.values().stream().anyMatch(type -> type.kind() == Kind.COMPOSITE)) {
            for (RawAttribute attribute :
                    session.rows(doing, parts + ATTRIBUTES, RawAttribute::read, (Object) wanted)) {
                attributes
                        .computeIfAbsent(attribute.owner(), oid -> new ArrayList<>())
                        .add(attribute);
            }
        }
        return new Assembly(raw, attributes).all();
    }

    private record RawType(
            int oid,
            String name,
            Kind kind,
            @Nullable Integer part,
            char delimiter,
            boolean sends,
            int baseTypmod) {

        static RawType read(ResultSet row) throws SQLException {
            String schema = row.getString("nspname");
            String name = row.getString("typname");
            long part = row.getLong("part");
            return new RawType(
                    (int) row.getLong("oid"),
                    "pg_catalog".equals(schema) ? name : new QualifiedName(schema, name).toString(),
                    kind(row),
                    part == 0 ? null : (int) part,
                    row.getString("typdelim").charAt(0),
                    row.getBoolean("sends"),
                    row.getInt("base_typmod"));
        }

        private static Kind kind(ResultSet row) throws SQLException {
            String code = row.getString("typtype");
            return switch (code) {
                case "b" -> row.getBoolean("is_array") ? Kind.ARRAY : Kind.BASE;
                case "c" -> Kind.COMPOSITE;
                case "d" -> Kind.DOMAIN;
                case "e" -> Kind.ENUM;
                case "m" -> Kind.MULTIRANGE;
                case "p" -> Kind.PSEUDO;
                case "r" -> Kind.RANGE;
                default ->
                        throw new SQLException(
                                "type " + row.getString("typname") + " is of unknown kind " + code);
            };
        }
    }

    private record RawAttribute(int owner, String name, int typeOid, int typmod) {

        static RawAttribute read(ResultSet row) throws SQLException {
            return new RawAttribute(
                    (int) row.getLong("oid"),
                    row.getString("attname"),
                    (int) row.getLong("atttypid"),
                    row.getInt("atttypmod"));
        }
    }

    /** Puts the types together from their parts up. PostgreSQL lets no type contain itself. */
    private static final class Assembly {

        private final Map<Integer, RawType> raw;
        private final Map<Integer, List<RawAttribute>> attributes;
        private final Map<Integer, PgType> done = new HashMap<>();

        Assembly(Map<Integer, RawType> raw, Map<Integer, List<RawAttribute>> attributes) {
            this.raw = raw;
            this.attributes = attributes;
        }

        Map<Integer, PgType> all() {
            raw.keySet().forEach(this::type);
            return done;
        }

        private PgType type(int oid) {
            PgType known = done.get(oid);
            if (known != null) {
                return known;
            }
            RawType type = raw.get(oid);
            if (type == null) {
                throw new IllegalStateException(
                        "Type " + Integer.toUnsignedString(oid) + " was not loaded");
            }
            PgType part = type.part() == null ? null : type(type.part());
            List<Attribute> fields =
                    attributes.getOrDefault(oid, List.of()).stream()
                            .map(a -> new Attribute(a.name(), type(a.typeOid()), a.typmod()))
                            .toList();
            boolean binary =
                    type.sends()
                            && (part == null || part.hasBinaryOutput())
                            && fields.stream().allMatch(f -> f.type().hasBinaryOutput());
            PgType whole =
                    new PgType(
                            oid,
                            type.name(),
                            type.kind(),
                            part,
                            type.delimiter(),
                            fields,
                            binary,
                            type.kind() == Kind.DOMAIN ? type.baseTypmod() : -1);
            done.put(oid, whole);
            return whole;
        }
    }
}
