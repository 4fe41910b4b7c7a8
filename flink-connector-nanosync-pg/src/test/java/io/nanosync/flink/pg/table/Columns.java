package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import java.util.List;
import java.util.stream.Stream;

/** Columns of each kind, as the catalog describes them. */
final class Columns {

    /** {@code numeric(p,s)} has this much added to its modifier. */
    private static final int HEADER = 4;

    private Columns() {}

    static Column of(String name, PgType type, int typmod, String typeText) {
        return new Column(name, type, typmod, typeText, true, false);
    }

    static Column bool(String name) {
        return of(name, PgType.base(16, "bool"), -1, "boolean");
    }

    static Column int2(String name) {
        return of(name, PgType.base(21, "int2"), -1, "smallint");
    }

    static Column int4(String name) {
        return of(name, PgType.base(23, "int4"), -1, "integer");
    }

    static Column int8(String name) {
        return of(name, PgType.base(20, "int8"), -1, "bigint");
    }

    static Column oid(String name) {
        return of(name, PgType.base(26, "oid"), -1, "oid");
    }

    static Column float4(String name) {
        return of(name, PgType.base(700, "float4"), -1, "real");
    }

    static Column float8(String name) {
        return of(name, PgType.base(701, "float8"), -1, "double precision");
    }

    static Column numeric(String name, int precision, int scale) {
        return of(
                name,
                PgType.base(1700, "numeric"),
                (precision << 16 | scale) + HEADER,
                "numeric(" + precision + "," + scale + ")");
    }

    static Column numeric(String name) {
        return of(name, PgType.base(1700, "numeric"), -1, "numeric");
    }

    static Column money(String name) {
        return of(name, PgType.base(790, "money"), -1, "money");
    }

    static Column bytea(String name) {
        return of(name, PgType.base(17, "bytea"), -1, "bytea");
    }

    static Column date(String name) {
        return of(name, PgType.base(1082, "date"), -1, "date");
    }

    static Column time(String name) {
        return of(name, PgType.base(1083, "time"), -1, "time without time zone");
    }

    static Column timestamp(String name) {
        return of(name, PgType.base(1114, "timestamp"), -1, "timestamp without time zone");
    }

    static Column timestamptz(String name) {
        return of(name, PgType.base(1184, "timestamptz"), -1, "timestamp with time zone");
    }

    static Column uuid(String name) {
        return of(name, PgType.base(2950, "uuid"), -1, "uuid");
    }

    static Column text(String name) {
        return of(name, PgType.base(25, "text"), -1, "text");
    }

    static Column interval(String name) {
        return of(name, PgType.base(1186, "interval"), -1, "interval");
    }

    /** An array of what another column has. */
    static Column array(Column element) {
        return array(element, 80_000);
    }

    /** The same, whose type has this OID. */
    static Column array(Column element, int oid) {
        return of(
                element.name(),
                new PgType(
                        oid,
                        "_" + element.type().name(),
                        PgType.Kind.ARRAY,
                        element.type(),
                        ',',
                        List.of(),
                        true),
                element.typmod(),
                element.typeText() + "[]");
    }

    static Column hstore(String name) {
        return of(name, PgType.base(70_001, "public.hstore"), -1, "hstore");
    }

    /** A composite of what other columns have. */
    static Column composite(String name, Column... attributes) {
        return of(
                name,
                new PgType(
                        70_003,
                        "public.made_of",
                        PgType.Kind.COMPOSITE,
                        null,
                        ',',
                        Stream.of(attributes)
                                .map(
                                        one ->
                                                new PgType.Attribute(
                                                        one.name(), one.type(), one.typmod()))
                                .toList(),
                        true),
                -1,
                "made_of");
    }

    /** A domain over the type of another column. */
    static Column domain(Column base) {
        return of(
                base.name(),
                new PgType(
                        70_002,
                        "public.made",
                        PgType.Kind.DOMAIN,
                        base.type(),
                        ',',
                        List.of(),
                        true,
                        base.typmod()),
                -1,
                "made");
    }

    static Column notNull(Column column) {
        return new Column(
                column.name(),
                column.type(),
                column.typmod(),
                column.typeText(),
                false,
                column.identity());
    }

    /** The column as part of the replica identity, which is never null. */
    static Column identity(Column column) {
        return new Column(
                column.name(), column.type(), column.typmod(), column.typeText(), false, true);
    }

    /** One of each kind, in the order of {@link ColumnKind}. */
    static List<Column> ofEveryKind() {
        return List.of(
                bool("c"),
                int2("c"),
                int4("c"),
                int8("c"),
                oid("c"),
                float4("c"),
                float8("c"),
                numeric("c", 12, 2),
                numeric("c"),
                money("c"),
                bytea("c"),
                date("c"),
                time("c"),
                timestamp("c"),
                timestamptz("c"),
                uuid("c"),
                array(int4("c")),
                hstore("c"),
                composite("c", int4("a"), text("b")),
                text("c"));
    }
}
