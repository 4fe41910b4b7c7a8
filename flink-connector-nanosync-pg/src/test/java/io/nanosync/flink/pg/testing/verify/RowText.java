package io.nanosync.flink.pg.testing.verify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** One row as one line: {@code name=value|…} in table order, long values by their digest. */
final class RowText {

    /** Stands for a value that PostgreSQL didn't send because it hadn't changed. */
    static final String UNCHANGED = "\u0001unchanged";

    private static final int LONGEST_VALUE = 100;

    private final StringBuilder line = new StringBuilder();

    void add(String column, @Nullable String value) {
        if (!line.isEmpty()) {
            line.append('|');
        }
        line.append(column).append('=').append(value == null ? "\u0001null" : shortened(value));
    }

    private static String shortened(String value) {
        if (value.length() <= LONGEST_VALUE) {
            return value;
        }
        return "\u0001" + value.length() + ":" + digest(value);
    }

    private static String digest(String value) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return line.toString();
    }
}
