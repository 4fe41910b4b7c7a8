package io.nanosync.flink.pg.wal;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.Nullable;

/**
 * A position in PostgreSQL's write-ahead log: an unsigned 64-bit byte offset, written {@code
 * 16/B374D848} (high and low 32 bits in hexadecimal). Compares unsigned.
 *
 * <p>Source: PostgreSQL, {@code src/backend/utils/adt/pg_lsn.c}.
 *
 * @param value the 64 bits; to be read as unsigned
 */
@PublicEvolving
public record Lsn(long value) implements Comparable<Lsn>, Serializable {

    /** Where no log is: in front of every position. */
    public static final Lsn NONE = new Lsn(0);

    /**
     * Reads {@code high/low}, each one to eight hexadecimal digits.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Lsn parse(String text) {
        int slash = text.indexOf('/');
        int lowDigits = text.length() - slash - 1;
        if (slash < 1 || slash > 8 || lowDigits < 1 || lowDigits > 8) {
            throw malformed(text, null);
        }
        try {
            long high = Long.parseUnsignedLong(text, 0, slash, 16);
            long low = Long.parseUnsignedLong(text, slash + 1, text.length(), 16);
            return new Lsn(high << 32 | low);
        } catch (NumberFormatException e) {
            throw malformed(text, e);
        }
    }

    private static IllegalArgumentException malformed(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "Not an LSN: \"" + text + "\"; expected two hexadecimal numbers like 16/B374D848",
                cause);
    }

    /** Whether this position lies after {@code other} in the log. */
    public boolean isAfter(Lsn other) {
        return compareTo(other) > 0;
    }

    /** The later of the two positions. */
    public static Lsn max(Lsn a, Lsn b) {
        return a.isAfter(b) ? a : b;
    }

    /** The position one byte further on. */
    public Lsn next() {
        return new Lsn(value + 1);
    }

    /** The bytes of log between {@code earlier} and this position. */
    public long minus(Lsn earlier) {
        return value - earlier.value;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toHexString(value >>> 32).toUpperCase(java.util.Locale.ROOT)
                + "/"
                + Long.toHexString(value & 0xFFFF_FFFFL).toUpperCase(java.util.Locale.ROOT);
    }
}
