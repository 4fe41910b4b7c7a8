package io.nanosync.flink.jobs.sink;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A table's name as the name of a folder: {@code schema.table}. ASCII letters and digits,
 * underscores and dashes are kept; every other character becomes the percent-encoded bytes of its
 * UTF-8 form, dots in names and a leading underscore (which would hide the folder) too. So no two
 * tables share a folder, and the name is the same in every locale: in locale {@code C} Java can
 * name no file in other letters, and processes of one job may differ in it. A result of more than
 * {@value #MAX_BYTES} bytes is cut and ends in {@code ~} and 16 hexadecimal digits of the whole
 * name's SHA-256.
 */
final class FolderName {

    /** File systems allow 255. */
    static final int MAX_BYTES = 200;

    private static final int HASH_BYTES = 8;

    private FolderName() {}

    static String of(QualifiedName table) {
        String name = encode(table.schema()) + "." + encode(table.name());
        if (name.startsWith("_")) {
            name = "%5F" + name.substring(1);
        }
        return bytes(name).length <= MAX_BYTES ? name : cut(name);
    }

    private static String encode(String part) {
        StringBuilder encoded = new StringBuilder();
        part.codePoints()
                .forEach(
                        c -> {
                            if (isKept(c)) {
                                encoded.appendCodePoint(c);
                            } else {
                                for (byte b : bytes(Character.toString(c))) {
                                    encoded.append('%')
                                            .append(HexFormat.of().withUpperCase().toHexDigits(b));
                                }
                            }
                        });
        return encoded.toString();
    }

    private static boolean isKept(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '-';
    }

    private static String cut(String name) {
        String suffix = "~" + hash(name);
        int end = name.length();
        while (bytes(name.substring(0, end)).length + suffix.length() > MAX_BYTES) {
            end = name.offsetByCodePoints(end, -1);
        }
        return name.substring(0, end) + suffix;
    }

    private static String hash(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes(name));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
