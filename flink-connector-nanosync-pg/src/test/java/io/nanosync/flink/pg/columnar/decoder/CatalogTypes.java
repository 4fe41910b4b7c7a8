package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.testing.TestDatabase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads types from the catalog of a test database. */
final class CatalogTypes {

    private final TestDatabase database;
    private final Map<Long, PgType> byOid = new HashMap<>();
    private final Map<Long, List<@Nullable String>> rows = new HashMap<>();
    private final Map<Long, List<List<@Nullable String>>> attributes = new HashMap<>();

    CatalogTypes(TestDatabase database, int major) {
        this.database = database;
        String multirange = major >= 14 ? "m.rngtypid" : "NULL::oid";
        String join = major >= 14 ? " LEFT JOIN pg_range m ON m.rngmultitypid = t.oid" : "";
        for (var row :
                database.queryRows(
                        "SELECT t.oid::int8, CASE WHEN n.nspname = 'pg_catalog' THEN t.typname ELSE"
                                + " n.nspname || '.' || t.typname END, t.typtype, t.typelem::int8,"
                                + " t.typlen, t.typbasetype::int8, t.typtypmod, t.typdelim,"
                                + " t.typsend <> 0::regproc, t.typrelid::int8,"
                                + " r.rngsubtype::int8, "
                                + multirange
                                + "::int8 FROM pg_type t JOIN pg_namespace n ON n.oid ="
                                + " t.typnamespace LEFT JOIN pg_range r ON r.rngtypid = t.oid"
                                + join)) {
            rows.put(Long.valueOf(text(row, 0)), row);
        }
        for (var row :
                database.queryRows(
                        "SELECT attrelid::int8, attname, atttypid::int8, atttypmod FROM"
                                + " pg_attribute WHERE attnum > 0 AND NOT attisdropped ORDER BY"
                                + " attrelid, attnum")) {
            attributes.computeIfAbsent(Long.valueOf(text(row, 0)), k -> new ArrayList<>()).add(row);
        }
    }

    /** The type that {@code regtype} understands. */
    PgType named(String type) {
        return type(database.queryLong("SELECT '" + type + "'::regtype::oid::int8"));
    }

    /** OIDs of all types. */
    List<Long> oids() {
        return rows.keySet().stream().sorted().toList();
    }

    PgType type(long oid) {
        PgType known = byOid.get(oid);
        if (known == null) {
            known = read(oid, rows.get(oid));
            byOid.put(oid, known);
        }
        return known;
    }

    private PgType read(long oid, @Nullable List<@Nullable String> row) {
        if (row == null) {
            throw new AssertionError("no type " + oid);
        }
        PgType.Kind kind = kind(row);
        PgType element =
                switch (kind) {
                    case ARRAY -> type(Long.parseLong(text(row, 3)));
                    case DOMAIN -> type(Long.parseLong(text(row, 5)));
                    case RANGE -> type(Long.parseLong(text(row, 10)));
                    case MULTIRANGE -> type(Long.parseLong(text(row, 11)));
                    case BASE, ENUM, COMPOSITE, PSEUDO -> null;
                };
        List<PgType.Attribute> fields = new ArrayList<>();
        boolean binary = text(row, 8).equals("t") && (element == null || element.hasBinaryOutput());
        if (kind == PgType.Kind.COMPOSITE) {
            for (var field : attributes.getOrDefault(Long.valueOf(text(row, 9)), List.of())) {
                PgType type = type(Long.parseLong(text(field, 2)));
                binary &= type.hasBinaryOutput();
                fields.add(
                        new PgType.Attribute(
                                text(field, 1), type, Integer.parseInt(text(field, 3))));
            }
        }
        return new PgType(
                (int) oid,
                text(row, 1),
                kind,
                element,
                text(row, 7).charAt(0),
                fields,
                binary,
                kind == PgType.Kind.DOMAIN ? Integer.parseInt(text(row, 6)) : -1);
    }

    private static PgType.Kind kind(List<@Nullable String> row) {
        return switch (text(row, 2)) {
            case "e" -> PgType.Kind.ENUM;
            case "d" -> PgType.Kind.DOMAIN;
            case "c" -> PgType.Kind.COMPOSITE;
            case "r" -> PgType.Kind.RANGE;
            case "m" -> PgType.Kind.MULTIRANGE;
            case "p" -> PgType.Kind.PSEUDO;
            default -> {
                boolean array = !text(row, 3).equals("0") && text(row, 4).equals("-1");
                yield array ? PgType.Kind.ARRAY : PgType.Kind.BASE;
            }
        };
    }

    private static String text(List<@Nullable String> row, int column) {
        String value = row.get(column);
        if (value == null) {
            throw new AssertionError("null in column " + column);
        }
        return value;
    }
}
