package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.decoder.TypeMapping;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** The page of types: what the code says of each, and a note where that isn't all. */
final class TypesPage {

    private static final PgType INT4 = PgType.base(23, "int4");
    private static final PgType RANGE = made("int4range", PgType.Kind.RANGE, INT4);

    /** Types that are handled alike, shown by the first. */
    record Row(String shown, List<PgType> types, int typmod, String note) {

        List<String> typeNames() {
            return types.stream().map(PgType::name).toList();
        }

        String render() {
            Column column = new Column("c", types.get(0), typmod, shown, true, false);
            TypeMapping mapping = TypeMapping.of(types.get(0), typmod);
            for (PgType type : types) {
                TypeMapping other = TypeMapping.of(type, typmod);
                if (!other.arrow().equals(mapping.arrow())
                        || other.decodesBinary() != mapping.decodesBinary()) {
                    throw new AssertionError(type.name() + " isn't handled as " + shown);
                }
            }
            return String.join(
                    " | ",
                    "| " + shown,
                    arrow(mapping.arrow()),
                    "`" + ColumnKind.of(column).fitting(column) + "`",
                    mapping.decodesBinary() ? "binary" : "text",
                    note + " |\n");
        }
    }

    static final List<Row> ROWS =
            List.of(
                    row("`boolean`", "", "bool"),
                    row("`smallint`", "", "int2"),
                    row("`integer`", "", "int4"),
                    row("`bigint`", "", "int8"),
                    row("`oid`", "", "oid"),
                    row(
                            "`real`",
                            "Infinities and -0 are kept; every NaN is the same NaN.",
                            "float4"),
                    row("`double precision`", "As `real`.", "float8"),
                    numeric(
                            "`numeric(12,2)`, any precision up to 38 with a scale from 0 to it",
                            12,
                            2,
                            "`NaN` and infinities are unrepresentable."),
                    numeric(
                            "`numeric(50,10)`, precision from 39 to 76",
                            50,
                            10,
                            "As above. Beyond what Flink SQL's `DECIMAL` holds."),
                    row(
                            "`numeric`, and with a precision above 76, a negative scale or one"
                                    + " above the precision",
                            "Exact text with all digits, `NaN`, `Infinity`, `-Infinity`.",
                            "numeric"),
                    row(
                            "`money`",
                            "The number stored, as cents: `lc_monetary` doesn't matter.",
                            "money"),
                    row(
                            "`text`, `varchar(n)`, `char(n)`, `name`, `json`, `xml`, `refcursor`",
                            "The text as PostgreSQL sends it in UTF-8; `char(n)` keeps its"
                                    + " padding.",
                            "text",
                            "varchar",
                            "bpchar",
                            "name",
                            "json",
                            "xml",
                            "refcursor"),
                    row("`jsonb`", "PostgreSQL's text of it.", "jsonb"),
                    of("enums", "The label.", made("public.mood", PgType.Kind.ENUM, null)),
                    row("`bytea`", "", "bytea"),
                    row(
                            "`date`",
                            "Days since 1970-01-01. `infinity` and `-infinity` are the largest and"
                                    + " smallest 32-bit number, as PostgreSQL has them.",
                            "date"),
                    row("`time`", "Microseconds of the day; `24:00:00` is 86400000000.", "time"),
                    row(
                            "`timestamp`",
                            "Microseconds since 1970-01-01 00:00:00. `infinity` and `-infinity` are"
                                    + " the largest and smallest 64-bit number. From 294247-01-10"
                                    + " 04:00:54.775807 on unrepresentable.",
                            "timestamp"),
                    row("`timestamptz`", "As `timestamp`, in UTC.", "timestamptz"),
                    row("`uuid`", "Extension type `arrow.uuid`.", "uuid"),
                    of(
                            "domains, here over `integer`",
                            "As their base type.",
                            made("public.positive", PgType.Kind.DOMAIN, INT4)),
                    of(
                            "arrays",
                            "Any number of dimensions, nulls, lower bounds.",
                            made("_int4", PgType.Kind.ARRAY, INT4)),
                    of(
                            "composite types",
                            "",
                            new PgType(
                                    90_000,
                                    "public.pair",
                                    PgType.Kind.COMPOSITE,
                                    null,
                                    ',',
                                    List.of(new PgType.Attribute("a", INT4, -1)),
                                    true)),
                    of("ranges", "", RANGE),
                    of("multiranges", "", made("int4multirange", PgType.Kind.MULTIRANGE, RANGE)),
                    row("`interval`", "`IntervalStyle=postgres`.", "interval"),
                    row("`timetz`", "", "timetz"),
                    row("`bit(n)`, `varbit`", "", "bit", "varbit"),
                    row(
                            "`inet`, `cidr`, `macaddr`, `macaddr8`",
                            "",
                            "inet",
                            "cidr",
                            "macaddr",
                            "macaddr8"),
                    row(
                            "`point`, `lseg`, `box`, `line`, `path`, `polygon`, `circle`",
                            "",
                            "point",
                            "lseg",
                            "box",
                            "line",
                            "path",
                            "polygon",
                            "circle"),
                    row("`tsvector`, `tsquery`, `jsonpath`", "", "tsvector", "tsquery", "jsonpath"),
                    row(
                            "`pg_lsn`, `xid`, `xid8`, `cid`, `tid`, `pg_snapshot`, `txid_snapshot`,"
                                    + " `int2vector`, `oidvector`",
                            "",
                            "pg_lsn",
                            "xid",
                            "xid8",
                            "cid",
                            "tid",
                            "pg_snapshot",
                            "txid_snapshot",
                            "int2vector",
                            "oidvector"),
                    row(
                            "`\"char\"`",
                            "A byte from 128 on is `\\ooo`, as PostgreSQL 16 and later print it.",
                            "char"),
                    row(
                            "`hstore`, `citext`, `ltree`, `lquery`, `ltxtquery`",
                            "Extensions, in whatever schema.",
                            "public.hstore",
                            "public.citext",
                            "public.ltree",
                            "public.lquery",
                            "public.ltxtquery"),
                    row(
                            "`regclass` and the other `reg…` types, types without a send function,"
                                    + " types of other extensions",
                            "",
                            "regclass",
                            "public.geometry"));

    private TypesPage() {}

    static String render() {
        StringBuilder page =
                new StringBuilder(
                        """
# Types

<!-- Written by TypesPageTest from the code. Don't edit: run the test with
-Dnanosync.docs.update=true. -->

What a column of each PostgreSQL type becomes. The Flink SQL type is the one \
that holds most values; others can be declared too.

| PostgreSQL | Arrow | Flink SQL | Sent as | Notes |
|---|---|---|---|---|
""");
        ROWS.forEach(row -> page.append(row.render()));
        return page.append(
                        """

**Exact text.** A type without an Arrow type of its own becomes Utf8 with \
exactly the text that PostgreSQL prints under `DateStyle=ISO`, \
`IntervalStyle=postgres`, `TimeZone=UTC`, `extra_float_digits=1`, \
`bytea_output=hex` and `lc_monetary=C`. Where a value comes in binary form \
the text is made on the reader, which is compared with PostgreSQL 13 to 18 \
in tests.

**Sent as.** Snapshot and stream use the binary form of a type wherever it \
tells all that the text tells. Other columns are cast to text in the \
snapshot; a stream with such a column uses the text form for all columns, \
as does every stream from PostgreSQL 13. Both forms give the same values.

**Unrepresentable values.** A legal value that the Arrow type can't hold \
follows the option `unrepresentable`: `fail` (default) stops with an error \
that names table, column and type, `null` writes null and counts it. Columns of \
the primary key, or of the index that is the replica identity, fail either way.

**Nested types.** An array, composite type or range holds only what its \
parts' binary form tells: with a `regclass` inside, for example, it is sent \
as text.
""")
                .toString();
    }

    private static Row row(String shown, String note, String... types) {
        List<PgType> all = new ArrayList<>();
        for (String type : types) {
            all.add(PgType.base(0, type));
        }
        return new Row(shown, all, -1, note);
    }

    private static Row of(String shown, String note, PgType type) {
        return new Row(shown, List.of(type), -1, note);
    }

    private static Row numeric(String shown, int precision, int scale, String note) {
        int typmod = ((precision << 16) | scale) + 4;
        return new Row(shown, List.of(PgType.base(1700, "numeric")), typmod, note);
    }

    private static PgType made(String name, PgType.Kind kind, @Nullable PgType element) {
        return new PgType(90_000, name, kind, element, ',', List.of(), true);
    }

    private static String arrow(ArrowType type) {
        return switch (type.getTypeID()) {
            case Int -> {
                ArrowType.Int integer = (ArrowType.Int) type;
                yield (integer.getIsSigned() ? "Int" : "UInt") + integer.getBitWidth();
            }
            case FloatingPoint ->
                    ((ArrowType.FloatingPoint) type).getPrecision() == FloatingPointPrecision.SINGLE
                            ? "Float32"
                            : "Float64";
            case Decimal -> {
                ArrowType.Decimal decimal = (ArrowType.Decimal) type;
                yield "Decimal%d(%d, %d)"
                        .formatted(
                                decimal.getBitWidth(), decimal.getPrecision(), decimal.getScale());
            }
            case Date -> "Date32";
            case Time -> "Time64(µs)";
            case Timestamp ->
                    ((ArrowType.Timestamp) type).getTimezone() == null
                            ? "Timestamp(µs)"
                            : "Timestamp(µs, UTC)";
            case FixedSizeBinary ->
                    "FixedSizeBinary(" + ((ArrowType.FixedSizeBinary) type).getByteWidth() + ")";
            default -> type.getTypeID().name();
        };
    }
}
