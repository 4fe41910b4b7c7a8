package io.nanosync.flink.pg.columnar.decoder.text;

import static java.util.Map.entry;

import io.nanosync.flink.pg.relation.PgType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The text form of each type whose binary form tells all that its text does. */
public final class TextForms {

    /** Types of {@code pg_catalog}. */
    private static final Map<String, Supplier<TextForm>> BUILT_IN =
            Map.ofEntries(
                    entry("text", PlainText::new),
                    entry("varchar", PlainText::new),
                    entry("bpchar", PlainText::new),
                    entry("name", PlainText::new),
                    entry("json", PlainText::new),
                    entry("xml", PlainText::new),
                    entry("refcursor", PlainText::new),
                    entry("jsonb", () -> new VersionedText("jsonb")),
                    entry("jsonpath", () -> new VersionedText("jsonpath")),
                    entry("bool", BoolText::new),
                    entry("char", CharText::new),
                    entry("bytea", ByteaText::new),
                    entry("int2", () -> new IntegerText("int2", 2, true)),
                    entry("int4", () -> new IntegerText("int4", 4, true)),
                    entry("int8", () -> new IntegerText("int8", 8, true)),
                    entry("oid", () -> new IntegerText("oid", 4, false)),
                    entry("xid", () -> new IntegerText("xid", 4, false)),
                    entry("cid", () -> new IntegerText("cid", 4, false)),
                    entry("xid8", () -> new IntegerText("xid8", 8, false)),
                    entry("tid", TidText::new),
                    entry("pg_lsn", LsnText::new),
                    entry("float4", () -> new FloatText(4)),
                    entry("float8", () -> new FloatText(8)),
                    entry("numeric", NumericText::new),
                    entry("money", MoneyText::new),
                    entry("date", DateText::new),
                    entry("time", TimeText::new),
                    entry("timetz", TimeTzText::new),
                    entry("timestamp", () -> new TimestampText(false)),
                    entry("timestamptz", () -> new TimestampText(true)),
                    entry("interval", IntervalText::new),
                    entry("uuid", UuidText::new),
                    entry("bit", BitText::new),
                    entry("varbit", BitText::new),
                    entry("inet", () -> new InetText("inet")),
                    entry("cidr", () -> new InetText("cidr")),
                    entry("macaddr", () -> new MacAddressText("macaddr", 6)),
                    entry("macaddr8", () -> new MacAddressText("macaddr8", 8)),
                    entry("point", () -> geometry("point", GeometryText.Shape.POINT)),
                    entry("lseg", () -> geometry("lseg", GeometryText.Shape.LSEG)),
                    entry("box", () -> geometry("box", GeometryText.Shape.BOX)),
                    entry("line", () -> geometry("line", GeometryText.Shape.LINE)),
                    entry("circle", () -> geometry("circle", GeometryText.Shape.CIRCLE)),
                    entry("polygon", () -> geometry("polygon", GeometryText.Shape.POLYGON)),
                    entry("path", () -> geometry("path", GeometryText.Shape.PATH)),
                    entry("tsvector", TsVectorText::new),
                    entry("tsquery", TsQueryText::new),
                    entry("pg_snapshot", SnapshotText::new),
                    entry("txid_snapshot", SnapshotText::new),
                    entry("int2vector", () -> vector("int2vector", "int2", 2, true)),
                    entry("oidvector", () -> vector("oidvector", "oid", 4, false)));

    /** Types of extensions, in whatever schema they were created. */
    private static final Map<String, Supplier<TextForm>> EXTENSIONS =
            Map.of(
                    "citext", PlainText::new,
                    "hstore", HstoreText::new,
                    "ltree", () -> new VersionedText("ltree"),
                    "lquery", () -> new VersionedText("lquery"),
                    "ltxtquery", () -> new VersionedText("ltxtquery"));

    private TextForms() {}

    /** A new form of the type; null when its binary form doesn't tell its text. */
    public static @Nullable TextForm of(PgType type) {
        if (!type.hasBinaryOutput()) {
            return null;
        }
        return switch (type.kind()) {
            case BASE -> base(type);
            case ARRAY -> type.isVector() ? base(type) : array(type);
            case ENUM -> new PlainText();
            case DOMAIN -> element(type);
            case COMPOSITE -> composite(type);
            case RANGE -> {
                @Nullable TextForm bounds = element(type);
                yield bounds == null ? null : new RangeText(type.name(), bounds);
            }
            case MULTIRANGE -> {
                @Nullable TextForm ranges = element(type);
                yield ranges == null ? null : new MultirangeText(type.name(), ranges);
            }
            case PSEUDO -> null;
        };
    }

    /** Names of the types of {@code pg_catalog} that have a form of their own. */
    public static Set<String> builtIn() {
        return BUILT_IN.keySet();
    }

    /** Names of the types of extensions that have a form. */
    public static Set<String> extensions() {
        return EXTENSIONS.keySet();
    }

    private static @Nullable TextForm base(PgType type) {
        @Nullable Supplier<TextForm> form = BUILT_IN.get(type.name());
        if (form == null) {
            form = EXTENSIONS.get(type.nameWithoutSchema());
        }
        return form == null ? null : form.get();
    }

    private static @Nullable TextForm element(PgType type) {
        return type.element() == null ? null : of(type.element());
    }

    private static @Nullable TextForm array(PgType type) {
        @Nullable PgType element = type.element();
        @Nullable TextForm elements = element(type);
        return element == null || elements == null ? null : new ArrayText(type, element, elements);
    }

    private static @Nullable TextForm composite(PgType type) {
        List<TextForm> fields = new ArrayList<>();
        for (PgType.Attribute attribute : type.attributes()) {
            @Nullable TextForm field = of(attribute.type());
            if (field == null) {
                return null;
            }
            fields.add(field);
        }
        return new CompositeText(type, fields);
    }

    private static TextForm geometry(String type, GeometryText.Shape shape) {
        return new GeometryText(type, shape);
    }

    private static TextForm vector(String type, String element, int bytes, boolean signed) {
        return new VectorText(type, new IntegerText(element, bytes, signed));
    }
}
