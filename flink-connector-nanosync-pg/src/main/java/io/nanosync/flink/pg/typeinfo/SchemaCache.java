package io.nanosync.flink.pg.typeinfo;

import io.nanosync.flink.pg.columnar.ChangeSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The schemas read most recently, by fingerprint, so that the batches of a table share one. Used by
 * one thread.
 */
final class SchemaCache {

    private final Map<Long, ChangeSchema> schemas;

    /** A cache of at most {@code capacity} schemas. */
    SchemaCache(int capacity) {
        schemas =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Long, ChangeSchema> eldest) {
                        return size() > capacity;
                    }
                };
    }

    @Nullable ChangeSchema find(long fingerprint) {
        return schemas.get(fingerprint);
    }

    void add(ChangeSchema schema) {
        schemas.put(schema.fingerprint(), schema);
    }
}
