package io.nanosync.flink.pg.columnar.decoder;

import static java.util.Map.entry;

import io.nanosync.flink.pg.relation.PgType;
import java.util.Map;
import java.util.function.Function;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL types that have an Arrow type of their own, by name. */
final class NaturalTypes {

    private static final Map<String, TypeMapping> BY_NAME =
            Map.ofEntries(
                    entry("bool", mapping(ArrowType.Bool.INSTANCE, u -> new BoolDecoder())),
                    entry("int2", mapping(new ArrowType.Int(16, true), u -> new Int2Decoder())),
                    entry("int4", mapping(new ArrowType.Int(32, true), u -> new Int4Decoder())),
                    entry("int8", mapping(new ArrowType.Int(64, true), u -> new Int8Decoder())),
                    entry("oid", mapping(new ArrowType.Int(32, false), u -> new OidDecoder())),
                    entry(
                            "float4",
                            mapping(
                                    new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
                                    u -> new Float4Decoder())),
                    entry(
                            "float8",
                            mapping(
                                    new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
                                    u -> new Float8Decoder())),
                    entry(
                            "money",
                            mapping(new ArrowType.Decimal(19, 2, 128), u -> new MoneyDecoder())),
                    entry("char", mapping(ArrowType.Utf8.INSTANCE, u -> new CharDecoder())),
                    entry("text", text()),
                    entry("varchar", text()),
                    entry("bpchar", text()),
                    entry("name", text()),
                    entry("json", text()),
                    entry("xml", text()),
                    entry("jsonb", mapping(ArrowType.Utf8.INSTANCE, u -> new JsonbDecoder())),
                    entry("bytea", mapping(ArrowType.Binary.INSTANCE, u -> new ByteaDecoder())),
                    entry(
                            "date",
                            mapping(new ArrowType.Date(DateUnit.DAY), u -> new DateDecoder())),
                    entry(
                            "time",
                            mapping(
                                    new ArrowType.Time(TimeUnit.MICROSECOND, 64),
                                    u -> new TimeDecoder())),
                    entry(
                            "timestamp",
                            mapping(
                                    new ArrowType.Timestamp(TimeUnit.MICROSECOND, null),
                                    u -> new TimestampDecoder(false, u))),
                    entry(
                            "timestamptz",
                            mapping(
                                    new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"),
                                    u -> new TimestampDecoder(true, u))),
                    entry(
                            "uuid",
                            mapping(new ArrowType.FixedSizeBinary(16), u -> new UuidDecoder())));

    private NaturalTypes() {}

    /** The mapping of a type that has an Arrow type of its own, else null. */
    static @Nullable TypeMapping mapping(PgType type, int typmod) {
        if (type.kind() == PgType.Kind.ENUM) {
            return text();
        }
        if (type.kind() != PgType.Kind.BASE) {
            return null;
        }
        if (type.name().equals("numeric")) {
            @Nullable DecimalShape shape = DecimalShape.of(typmod);
            return shape == null ? null : mapping(shape.arrow(), u -> new NumericDecoder(shape, u));
        }
        return BY_NAME.get(type.name());
    }

    private static TypeMapping text() {
        return mapping(ArrowType.Utf8.INSTANCE, u -> new TextDecoder());
    }

    private static TypeMapping mapping(
            ArrowType arrow, Function<Unrepresentable, ColumnDecoder> decoders) {
        return new TypeMapping(arrow, true, decoders);
    }
}
