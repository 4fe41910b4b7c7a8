package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.relation.PgType;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** How the values of one PostgreSQL type (with its typmod) are written in Arrow. */
public final class TypeMapping {

    private TypeMapping() {}

    /** The mapping of a type; every type has one, unknown ones are exact text. */
    public static TypeMapping of(PgType type, int typmod) {
        throw new UnsupportedOperationException("contract only: " + type + typmod);
    }

    /** The Arrow type of the column. */
    public ArrowType arrow() {
        throw new UnsupportedOperationException("contract only");
    }

    /**
     * Whether the binary form of every value can be decoded exactly. Where not, the snapshot casts
     * the column to text, and a stream that captures such a column asks for text.
     */
    public boolean decodesBinary() {
        throw new UnsupportedOperationException("contract only");
    }

    /** A new decoder with a vector of its own. */
    public ColumnDecoder decoder(Unrepresentable unrepresentable) {
        throw new UnsupportedOperationException("contract only: " + unrepresentable.count());
    }
}
