package io.nanosync.flink.pg.relation.drift;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** SHA-256 of values one behind the other, each string with its length in front. */
final class Digest {

    private static final int BYTES = 16;

    private final MessageDigest digest;

    Digest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    Digest add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(bytes.length);
        digest.update(bytes);
        return this;
    }

    Digest add(int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
        return this;
    }

    Digest add(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
        return this;
    }

    /** Its first half in hexadecimal digits. */
    String hex() {
        return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), BYTES));
    }
}
