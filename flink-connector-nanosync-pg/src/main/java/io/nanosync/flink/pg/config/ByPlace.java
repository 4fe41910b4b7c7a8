package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.relation.CompositeType;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * A column whose values are taken apart by the places of attributes, which is right as long as its
 * types are what they were when that was planned.
 *
 * @param column its name
 * @param types the composite types that it is made of, as they were then
 * @param asOf where the WAL was behind that: an alteration that isn't in {@code types} has
 *     committed behind it, or wasn't seen by others yet
 */
@Internal
public record ByPlace(String column, List<CompositeType> types, Lsn asOf) implements Serializable {

    public ByPlace {
        types = List.copyOf(types);
    }
}
