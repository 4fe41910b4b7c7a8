package io.nanosync.flink.pg.config;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.CompositeType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.wal.Lsn;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * A column whose values are taken apart by the places of attributes, which is right as long as its
 * types are what they were when that was planned.
 *
 * @param table its table's name, for messages
 * @param column its name
 * @param type OID of its type, unsigned: names may come to be those of others
 * @param types the composite types that it is made of, as they were then
 * @param asOf where the WAL was behind that: an alteration that isn't in {@code types} has
 *     committed behind it, or wasn't seen by others yet
 */
@Internal
public record ByPlace(
        QualifiedName table, String column, int type, List<CompositeType> types, Lsn asOf)
        implements Serializable {

    public ByPlace {
        types = List.copyOf(types);
    }

    /** Whether a column is this one, or can't be told from it by its values. */
    public boolean is(Column other) {
        return other.type().oid() == type && other.name().equals(column);
    }
}
