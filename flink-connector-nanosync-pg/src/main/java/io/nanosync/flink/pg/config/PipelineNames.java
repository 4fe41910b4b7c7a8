package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Names in PostgreSQL that are derived from a pipeline's name. A name of lower-case letters, digits
 * and underscores that is short enough is taken as it is. Any other is folded to those (upper case
 * to lower, everything else to underscores), cut, and gets a suffix of eight hexadecimal digits of
 * its SHA-256, so that no two pipelines share a slot.
 */
public final class PipelineNames {

    /** Bytes of a PostgreSQL name. */
    private static final int MAX_BYTES = 63;

    private static final int HASH_DIGITS = 8;

    private PipelineNames() {}

    /** The replication slot: {@code nanosync_slot_<pipeline>}. */
    public static String slot(String pipeline) {
        return derive("nanosync_slot_", pipeline);
    }

    /** The publication: {@code nanosync_pub_<pipeline>}. */
    public static String publication(String pipeline) {
        return derive("nanosync_pub_", pipeline);
    }

    /**
     * The name of a pipeline that is called after its table: {@code <database>_<schema>_<table>}.
     * Where database or schema have an underscore, so that another table could be called the same,
     * eight hexadecimal digits of a SHA-256 of all three follow.
     */
    public static String pipeline(String database, QualifiedName table) {
        String name = database + "_" + table.schema() + "_" + table.name();
        // The first two underscores separate, unless they may be of a part.
        return database.indexOf('_') < 0 && table.schema().indexOf('_') < 0
                ? name
                : name + "_" + hash(QualifiedName.quote(database) + "." + table.sql());
    }

    private static String derive(String prefix, String pipeline) {
        String folded = pipeline.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        if (folded.equals(pipeline) && prefix.length() + folded.length() <= MAX_BYTES) {
            return prefix + folded;
        }
        int room = MAX_BYTES - prefix.length() - 1 - HASH_DIGITS;
        String cut = folded.substring(0, Math.min(folded.length(), room));
        return prefix + cut + "_" + hash(pipeline);
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_DIGITS / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
