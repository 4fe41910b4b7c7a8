package io.nanosync.flink.pg.columnar.decoder.text;

import java.nio.ByteBuffer;

/**
 * Writes the binary form of one type's values as PostgreSQL's text of them: exactly what the type's
 * output function prints under {@code DateStyle=ISO}, {@code IntervalStyle=postgres}, {@code
 * TimeZone=UTC}, {@code extra_float_digits=1}, {@code bytea_output=hex} and {@code lc_monetary=C}.
 *
 * <p>Instances keep their place in the value they read, so each belongs to one decoder.
 */
public abstract class TextForm {

    /**
     * Adds the text of a value.
     *
     * @throws io.nanosync.flink.pg.wire.MalformedMessageException when the bytes aren't such a
     *     value; what was added until then stays
     */
    public abstract void render(ByteBuffer buffer, int offset, int length, TextBuffer out);
}
