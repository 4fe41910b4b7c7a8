package io.nanosync.flink.pg.relation.drift;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.IdentityKey;
import io.nanosync.flink.pg.relation.TableSchema;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether a consumer of a table's former schema loses nothing by the next one: all its columns are
 * there, of the same types or wider ones, under the same name and replica identity, and what is new
 * may be null, and is in the rows that were there. What {@code USING} of another type has made of
 * them nothing tells.
 */
public final class Compatibility {

    private Compatibility() {}

    /**
     * Whether one schema may take the place of the other without asking anybody.
     *
     * @param catalog what it says of the columns now: {@link NextSchema} takes none for NOT NULL
     *     that may have had nulls once, and here none counts as nullable that is gone by now. One
     *     whose type was altered since is told by its name
     */
    public static boolean isCompatible(TableSchema former, TableSchema next, CatalogNow catalog) {
        if (!former.name().equals(next.name())
                || !IdentityKey.of(former).equals(IdentityKey.of(next))) {
            return false;
        }
        Map<String, Column> added = new HashMap<>();
        next.columns().forEach(column -> added.put(column.name(), column));
        for (Column column : former.columns()) {
            Column now = added.remove(column.name());
            if (now == null || !isSameOrWider(column, now)) {
                return false;
            }
        }
        return added.keySet().stream().allMatch(catalog::beganAsNull);
    }

    private static boolean isSameOrWider(Column former, Column now) {
        boolean same = former.type().oid() == now.type().oid() && former.typmod() == now.typmod();
        return same || WiderType.isWider(former, now);
    }
}
