package io.nanosync.flink.pg.columnar.decoder;

import io.nanosync.flink.pg.relation.PgType;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Types that become text. */
final class RenderedText {

    private RenderedText() {}

    static TypeMapping mapping(PgType type) {
        return new TypeMapping(ArrowType.Utf8.INSTANCE, false, u -> new TextDecoder());
    }
}
