package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.relation.PgType;
import java.util.Objects;
import java.util.function.Function;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** How the values of one PostgreSQL type (with its typmod) are written in Arrow. */
public final class TypeMapping {

    private final ArrowType arrow;
    private final boolean decodesBinary;
    private final Function<Unrepresentable, ColumnDecoder> decoders;

    TypeMapping(
            ArrowType arrow,
            boolean decodesBinary,
            Function<Unrepresentable, ColumnDecoder> decoders) {
        this.arrow = arrow;
        this.decodesBinary = decodesBinary;
        this.decoders = decoders;
    }

    /** The mapping of a type; every type has one, unknown ones are exact text. */
    public static TypeMapping of(PgType type, int typmod) {
        if (type.kind() == PgType.Kind.DOMAIN) {
            return of(Objects.requireNonNull(type.element(), "a domain's base"), type.baseTypmod());
        }
        @Nullable TypeMapping natural = NaturalTypes.mapping(type, typmod);
        return natural != null ? natural : RenderedTextDecoder.mapping(type);
    }

    /** The Arrow type of the column. */
    public ArrowType arrow() {
        return arrow;
    }

    /**
     * Whether the binary form of every value can be decoded exactly. Where not, the snapshot casts
     * the column to text, and a stream that captures such a column asks for text.
     */
    public boolean decodesBinary() {
        return decodesBinary;
    }

    /**
     * Whether a stream that asks for binary values can carry columns of the type: their binary form
     * is {@link #decodesBinary() understood}, or the type itself has no send function, so that
     * pgoutput sends text. An array or composite whose <em>parts</em> have none fails the stream
     * ("no binary output function available").
     */
    public static boolean allowsBinaryStream(PgType type, int typmod) {
        PgType base = type;
        while (base.kind() == PgType.Kind.DOMAIN && base.element() != null) {
            base = base.element();
        }
        boolean sentAsText = base.kind() == PgType.Kind.BASE && !base.hasBinaryOutput();
        return sentAsText || of(type, typmod).decodesBinary();
    }

    /** A new decoder with a vector of its own. */
    public ColumnDecoder decoder(Unrepresentable unrepresentable) {
        return decoders.apply(unrepresentable);
    }
}
