package io.nanosync.flink.pg.relation.drift;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.drift.TableShape.ColumnShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a drift changes, in words for people. */
public final class DriftWords {

    private final Drift drift;
    private final CatalogNow catalog;
    private final List<String> differences = new ArrayList<>();

    private DriftWords(Drift drift, CatalogNow catalog) {
        this.drift = drift;
        this.catalog = catalog;
    }

    /** Each difference; at least one. */
    public static List<String> of(Drift drift, CatalogNow catalog) {
        DriftWords words = new DriftWords(drift, catalog);
        words.compare();
        return List.copyOf(words.differences);
    }

    private void compare() {
        TableShape now = drift.now();
        if (!now.name().equals(drift.table())) {
            differences.add("it is now named " + now.name());
        }
        ReplicaIdentity identity = drift.accepted().identity();
        if (now.identity() != identity) {
            differences.add(
                    "its replica identity was " + identity + " and is now " + now.identity());
        }
        Map<String, ColumnShape> added = now.byName();
        for (Column column : drift.accepted().columns()) {
            ColumnShape found = added.remove(column.name());
            if (found == null) {
                differences.add("column \"" + column.name() + "\" is gone");
            } else {
                compare(column, found);
            }
        }
        added.values().forEach(this::added);
    }

    private void compare(Column column, ColumnShape found) {
        if (found.typeOid() != column.type().oid() || found.typmod() != column.typmod()) {
            differences.add(
                    "column \""
                            + column.name()
                            + "\" was "
                            + column.typeText()
                            + " and is now "
                            + catalog.typeText(found));
        }
        // Under FULL every column is marked: that the identity is another one says it all.
        if (found.identity() != column.identity()
                && drift.now().identity() != ReplicaIdentity.FULL
                && drift.accepted().identity() != ReplicaIdentity.FULL) {
            differences.add(
                    "column \""
                            + column.name()
                            + (found.identity() ? "\" joined" : "\" left")
                            + " the replica identity");
        }
    }

    private void added(ColumnShape column) {
        String former = formerName(column);
        differences.add(
                "column \""
                        + column.name()
                        + "\" is new, "
                        + catalog.typeText(column)
                        + (former == null ? "" : ": the column that was named \"" + former + "\""));
    }

    /** A Relation message doesn't tell a renamed column from another one; the catalog does. */
    private @Nullable String formerName(ColumnShape column) {
        Column now = catalog.column(column);
        Integer attnum = now == null ? null : now.attnum();
        if (attnum == null) {
            return null;
        }
        return drift.accepted().columns().stream()
                .filter(former -> attnum.equals(former.attnum()))
                .map(Column::name)
                .findFirst()
                .orElse(null);
    }
}
