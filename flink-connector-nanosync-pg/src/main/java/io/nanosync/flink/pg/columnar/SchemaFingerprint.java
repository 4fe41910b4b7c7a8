package io.nanosync.flink.pg.columnar;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * 64 bits of an Arrow schema that are the same in every process: the first 8 bytes, big-endian, of
 * the SHA-256 of names, types, nullability and metadata in a fixed order, each string with its
 * length in front.
 */
final class SchemaFingerprint {

    private final MessageDigest digest;

    private SchemaFingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    static long of(Schema schema) {
        SchemaFingerprint fingerprint = new SchemaFingerprint();
        fingerprint.add(schema.getCustomMetadata());
        fingerprint.add(schema.getFields());
        return ByteBuffer.wrap(fingerprint.digest.digest()).getLong();
    }

    private void add(List<Field> fields) {
        add(fields.size());
        for (Field field : fields) {
            add(field.getName());
            add(ColumnReader.storage(field.getType()).toString());
            add(field.isNullable() ? 1 : 0);
            add(field.getMetadata());
            add(field.getChildren());
        }
    }

    private void add(Map<String, String> metadata) {
        add(metadata.size());
        new TreeMap<>(metadata)
                .forEach(
                        (key, value) -> {
                            add(key);
                            add(value);
                        });
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(bytes.length);
        digest.update(bytes);
    }

    private void add(int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
    }
}
