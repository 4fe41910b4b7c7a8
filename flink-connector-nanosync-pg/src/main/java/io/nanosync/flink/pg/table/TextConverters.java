package io.nanosync.flink.pg.table;

import io.nanosync.flink.pg.columnar.RowImage;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.CharType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/** Everything that reaches Flink SQL as a character or byte string. */
final class TextConverters {

    private static final int UUID_CHARACTERS = 36;

    private TextConverters() {}

    /** Columns that Arrow has as UTF-8. What the type doesn't hold whole doesn't fit. */
    static @Nullable ValueConverter text(LogicalType declared) {
        if (!declared.is(LogicalTypeFamily.CHARACTER_STRING)) {
            return null;
        }
        TextLimit limit = TextLimit.of(declared);
        return (row, index) -> {
            byte[] utf8 = row.bytesValue(index);
            return limit.holds(utf8, 0, utf8.length) ? StringData.fromBytes(utf8) : null;
        };
    }

    /** {@code uuid}: 16 bytes, as PostgreSQL prints them. */
    static @Nullable ValueConverter uuid(LogicalType declared) {
        boolean holds =
                (declared instanceof CharType type && type.getLength() == UUID_CHARACTERS)
                        || (declared instanceof VarCharType text
                                && text.getLength() >= UUID_CHARACTERS);
        if (!holds) {
            return null;
        }
        return (row, index) -> {
            ByteBuffer bytes = ByteBuffer.wrap(row.bytesValue(index));
            return StringData.fromString(new UUID(bytes.getLong(), bytes.getLong()).toString());
        };
    }

    /** {@code numeric(p,s)}: PostgreSQL's text of it, all digits of its scale. */
    static @Nullable ValueConverter decimalDigits(LogicalType declared) {
        if (!isString(declared)) {
            return null;
        }
        return (row, index) -> StringData.fromString(row.decimalValue(index).toPlainString());
    }

    /** {@code bytea}. {@code VARBINARY(n)} holds at most n bytes. */
    static @Nullable ValueConverter bytes(LogicalType declared) {
        if (!(declared instanceof VarBinaryType type)) {
            return null;
        }
        int length = type.getLength();
        if (length == VarBinaryType.MAX_LENGTH) {
            return RowImage::bytesValue;
        }
        return (row, index) -> {
            byte[] bytes = row.bytesValue(index);
            return bytes.length <= length ? bytes : null;
        };
    }

    /** Whether the type is STRING: text without a limit. */
    static boolean isString(LogicalType declared) {
        return declared instanceof VarCharType type && type.getLength() == VarCharType.MAX_LENGTH;
    }
}
