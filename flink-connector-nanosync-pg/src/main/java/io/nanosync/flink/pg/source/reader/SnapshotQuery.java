package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.decoder.TypeMapping;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.QualifiedName;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import io.nanosync.flink.pg.source.split.Tid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The query whose rows a snapshot split consists of: {@code ctid} first, then the schema's columns
 * in order.
 */
final class SnapshotQuery {

    private SnapshotQuery() {}

    /** The query for what is left of the split behind {@code last}. */
    static String of(SnapshotSplit split, @Nullable Tid last) {
        StringBuilder sql = new StringBuilder("SELECT ctid");
        for (Column column : split.table().columns()) {
            sql.append(", ").append(expression(column));
        }
        // ONLY: a leaf is read for itself; a plain table may have children by inheritance that
        // aren't captured with it.
        sql.append(" FROM ONLY ").append(split.file().name().sql());
        List<String> conditions = new ArrayList<>();
        if (last != null) {
            conditions.add("ctid > '" + last + "'::tid");
        } else if (split.fromBlock() > 0) {
            conditions.add("ctid >= '(" + split.fromBlock() + ",0)'::tid");
        }
        if (split.toBlock() != null) {
            conditions.add("ctid < '(" + split.toBlock() + ",0)'::tid");
        }
        if (!conditions.isEmpty()) {
            sql.append(" WHERE ").append(String.join(" AND ", conditions));
        }
        return sql.toString();
    }

    private static String expression(Column column) {
        String name = QualifiedName.quote(column.name());
        if (readsBinary(column)) {
            return name;
        }
        // format() calls the type's output function; a cast might find another function of the
        // type. IS DISTINCT FROM, since a composite
        // whose fields are all null "is null" but isn't the null value.
        return "CASE WHEN "
                + name
                + " IS DISTINCT FROM NULL THEN pg_catalog.format('%s', "
                + name
                + ") END";
    }

    /** Whether the column comes in its binary form; else as text. */
    static boolean readsBinary(Column column) {
        return column.type().hasBinaryOutput()
                && TypeMapping.of(column.type(), column.typmod()).decodesBinary();
    }
}
