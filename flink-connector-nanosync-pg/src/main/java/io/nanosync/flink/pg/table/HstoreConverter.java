package io.nanosync.flink.pg.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nanosync.flink.pg.wire.MalformedMessageException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.jspecify.annotations.Nullable;

/**
 * {@code hstore} as MAP of STRING to STRING: {@code "key"=>"value", "other"=>NULL}. Any value may
 * be null.
 *
 * <p>Source: PostgreSQL, {@code contrib/hstore/hstore_io.c}, {@code hstore_out}.
 */
final class HstoreConverter {

    private final byte[] text;

    /** Holds any string of the text. */
    private final byte[] unquoted;

    private int at;

    private HstoreConverter(byte[] text) {
        this.text = text;
        this.unquoted = new byte[text.length];
    }

    /** The converter to a declared type; null when that can't hold the values. */
    static @Nullable ValueConverter of(LogicalType declared) {
        boolean holds =
                declared instanceof MapType map
                        && TextConverters.isString(map.getKeyType())
                        && TextConverters.isString(map.getValueType())
                        && map.getValueType().isNullable();
        return holds
                ? (row, index) ->
                        new GenericMapData(new HstoreConverter(row.bytesValue(index)).read())
                : null;
    }

    private Map<StringData, @Nullable StringData> read() {
        Map<StringData, @Nullable StringData> pairs = new LinkedHashMap<>();
        while (at < text.length) {
            if (at > 0) {
                expect(", ");
            }
            StringData key = quoted();
            expect("=>");
            if (peek() == 'N') {
                expect("NULL");
                pairs.put(key, null);
            } else {
                pairs.put(key, quoted());
            }
        }
        return pairs;
    }

    private StringData quoted() {
        expect("\"");
        int length = 0;
        while (peek() != '"') {
            if (peek() == '\\') {
                at++;
            }
            unquoted[length++] = peek();
            at++;
        }
        at++;
        // A string keeps the array it is made of.
        return StringData.fromBytes(Arrays.copyOf(unquoted, length));
    }

    private byte peek() {
        if (at == text.length) {
            throw malformed("more");
        }
        return text[at];
    }

    private void expect(String ascii) {
        for (byte character : ascii.getBytes(UTF_8)) {
            if (peek() != character) {
                throw malformed(ascii);
            }
            at++;
        }
    }

    private MalformedMessageException malformed(String expected) {
        return new MalformedMessageException(
                "text of hstore, offset " + at + ": expected " + expected);
    }
}
