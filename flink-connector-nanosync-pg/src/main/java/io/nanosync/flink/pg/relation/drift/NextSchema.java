package io.nanosync.flink.pg.relation.drift;

import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.PgType;
import io.nanosync.flink.pg.relation.ReplicaIdentity;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.relation.drift.TableShape.ColumnShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The schema by which a stream goes on behind a drift: name, identity and columns are those that
 * the stream describes, at its place in the WAL. What it doesn't tell of them (what a type is made
 * of, whether a column may be null, its number, the primary key) is the catalog's, which is of now.
 */
public final class NextSchema {

    private final Drift drift;
    private final CatalogNow catalog;
    private final ColumnNumbers numbers;
    private final Map<String, Column> accepted = new HashMap<>();

    private NextSchema(Drift drift, CatalogNow catalog) {
        this.drift = drift;
        this.catalog = catalog;
        this.numbers = new ColumnNumbers(drift, catalog);
        drift.accepted().columns().forEach(column -> accepted.put(column.name(), column));
    }

    /**
     * Columns whose values can't be read any more, since nothing tells what their type was: names
     * of columns. {@link #of} gives a schema when there are none.
     */
    public static List<String> untold(Drift drift, CatalogNow catalog) {
        NextSchema next = new NextSchema(drift, catalog);
        return drift.now().columns().stream()
                .filter(column -> next.type(column) == null)
                .map(ColumnShape::name)
                .toList();
    }

    /**
     * New columns that were dropped since, and others have their names: names. Rows that were there
     * have lost their values without a change.
     */
    public static List<String> replaced(Drift drift, CatalogNow catalog) {
        return new ColumnNumbers(drift, catalog).replaced();
    }

    /** New columns of which nothing tells whether they are {@link #replaced}: names. */
    public static List<String> doubtful(Drift drift, CatalogNow catalog) {
        return new ColumnNumbers(drift, catalog).doubtful();
    }

    /**
     * The schema.
     *
     * @throws IllegalStateException when there are {@link #untold} columns
     */
    public static TableSchema of(Drift drift, CatalogNow catalog) {
        return new NextSchema(drift, catalog).schema();
    }

    private TableSchema schema() {
        TableShape now = drift.now();
        List<Column> columns = new ArrayList<>();
        for (ColumnShape shape : now.columns()) {
            columns.add(column(shape));
        }
        return new TableSchema(
                now.oid(), now.name(), now.identity(), List.copyOf(columns), primaryKey(columns));
    }

    private Column column(ColumnShape shape) {
        PgType type = type(shape);
        if (type == null) {
            throw new IllegalStateException("Nothing tells the type of column " + shape.name());
        }
        Column former = former(shape);
        Column now = catalog.column(shape);
        return new Column(
                shape.name(),
                type,
                shape.typmod(),
                former == null ? catalog.typeText(shape) : former.typeText(),
                mayBeNull(shape, former, now),
                shape.identity(),
                numbers.of(shape.name()));
    }

    /** As the catalog has it now: it may have been altered since, and values come so then. */
    private @Nullable PgType type(ColumnShape shape) {
        PgType type = catalog.types().get(shape.typeOid());
        Column former = former(shape);
        return type != null || former == null ? type : former.type();
    }

    /** The accepted column of the same name and type. */
    private @Nullable Column former(ColumnShape shape) {
        Column former = accepted.get(shape.name());
        return former != null
                        && former.type().oid() == shape.typeOid()
                        && former.typmod() == shape.typmod()
                ? former
                : null;
    }

    /** A column that is NOT NULL now may have had nulls in front of that; a key never has. */
    private boolean mayBeNull(ColumnShape shape, @Nullable Column former, @Nullable Column now) {
        boolean isKey = shape.identity() && drift.now().identity() != ReplicaIdentity.FULL;
        boolean neverWas = former != null && !former.nullable() && now != null && !now.nullable();
        return !isKey && !neverWas;
    }

    /** The stream tells the columns of a key that old rows come with, not their order. */
    private List<String> primaryKey(List<Column> columns) {
        List<String> former = drift.accepted().primaryKey();
        List<String> now = catalog.table() == null ? former : catalog.table().primaryKey();
        if (drift.now().identity() == ReplicaIdentity.DEFAULT) {
            List<String> described =
                    columns.stream().filter(Column::identity).map(Column::name).toList();
            for (List<String> key : List.of(now, former)) {
                if (Set.copyOf(key).equals(Set.copyOf(described))) {
                    return key;
                }
            }
            return described;
        }
        Set<String> names = columns.stream().map(Column::name).collect(Collectors.toSet());
        for (List<String> key : List.of(now, former)) {
            if (names.containsAll(key)) {
                return key;
            }
        }
        return List.of();
    }
}
