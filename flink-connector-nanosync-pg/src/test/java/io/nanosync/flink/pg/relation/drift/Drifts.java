package io.nanosync.flink.pg.relation.drift;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.wal.Lsn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Schemas and drifts for tests. */
final class Drifts {

    static final PgType INT4 = PgType.base(23, "int4");
    static final PgType INT8 = PgType.base(20, "int8");
    static final PgType TEXT = PgType.base(25, "text");

    private Drifts() {}

    static Column key(String name, PgType type, int attnum) {
        return new Column(name, type, -1, type.name(), false, true, attnum);
    }

    static Column column(String name, PgType type, int attnum) {
        return new Column(name, type, -1, type.name(), true, false, attnum);
    }

    static Column limited(String name, String type, int typmod) {
        return new Column(name, PgType.base(1000, type), typmod, type, true, false, 2);
    }

    /** The key is what is marked. */
    static TableSchema table(String name, ReplicaIdentity identity, Column... columns) {
        return new TableSchema(
                7,
                new QualifiedName("public", name),
                identity,
                List.of(columns),
                Stream.of(columns).filter(Column::identity).map(Column::name).toList());
    }

    static TableSchema table(Column... columns) {
        return table("t", ReplicaIdentity.DEFAULT, columns);
    }

    static Drift drift(TableSchema from, TableSchema to, long lsn) {
        return new Drift(from, TableShape.of(to), new Lsn(lsn));
    }

    /**
     * The catalog when nothing was altered behind the drift, or when this was.
     *
     * @param filled columns that gave a value to rows that were there
     */
    static CatalogNow catalog(TableSchema drifted, @Nullable TableSchema now, String... filled) {
        return catalog(drifted, now, Set.of(filled), Set.of());
    }

    /**
     * The catalog when columns were dropped behind the drift.
     *
     * @param dropped their numbers
     */
    static CatalogNow catalogDropping(TableSchema drifted, TableSchema now, Integer... dropped) {
        return catalog(drifted, now, Set.of(), Set.of(dropped));
    }

    private static CatalogNow catalog(
            TableSchema drifted,
            @Nullable TableSchema now,
            Set<String> filled,
            Set<Integer> dropped) {
        Map<Integer, PgType> types = new HashMap<>();
        Map<TableShape.ColumnShape, String> texts = new HashMap<>();
        if (now != null) {
            now.columns().forEach(column -> types.put(column.type().oid(), column.type()));
        }
        for (int i = 0; i < drifted.columns().size(); i++) {
            Column column = drifted.columns().get(i);
            if (types.containsKey(column.type().oid())) {
                texts.put(TableShape.of(drifted).columns().get(i), column.typeText());
            }
        }
        return new CatalogNow(now, types, texts, filled, dropped);
    }
}
