package io.nanosync.flink.pg.source.reader;

import io.nanosync.flink.pg.columnar.decoder.CopiedColumn;
import io.nanosync.flink.pg.relation.Column;
import io.nanosync.flink.pg.relation.TableSchema;
import io.nanosync.flink.pg.source.split.RowRange;
import io.nanosync.flink.pg.source.split.SnapshotSplit;
import io.nanosync.flink.pg.source.split.Tid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The query whose rows a snapshot split consists of: {@code ctid} first, then the columns that are
 * read, in order.
 */
final class SnapshotQuery {

    private SnapshotQuery() {}

    /**
     * The query for rows of the split.
     *
     * @param read what is read of its table
     * @param rows which of them, and how many of those are read
     * @param filter under which condition they are captured; null for all
     * @param where under which condition those are wanted; null for all
     * @param limit how many of them are enough; null for all
     */
    static String of(
            SnapshotSplit split,
            TableSchema read,
            RowRange rows,
            @Nullable String filter,
            @Nullable String where,
            @Nullable Long limit) {
        StringBuilder sql = new StringBuilder("SELECT ctid");
        for (Column column : read.columns()) {
            sql.append(", ").append(CopiedColumn.expression(column));
        }
        // ONLY: a leaf is read for itself; a plain table may have children by inheritance that
        // aren't captured with it.
        sql.append(" FROM ONLY ").append(split.file().name().sql());
        List<String> conditions = new ArrayList<>();
        conditions.addAll(
                rows instanceof RowRange.Blocks blocks
                        ? conditions(blocks)
                        : conditions((RowRange.Values) rows));
        // Without the CASE its parts would be put in another order, and an index on them be used:
        // rows would come in that one's order, or, when it misses some, not at all. Changes are
        // filtered as the filter stands, from left to right; it may fail for a row, and would for
        // those that aren't wanted.
        if (where != null) {
            conditions.add(
                    inOrder(filter == null ? where : inOrder(filter) + " AND (" + where + ")"));
        } else if (filter != null) {
            conditions.add(inOrder(filter));
        }
        if (!conditions.isEmpty()) {
            sql.append(" WHERE ").append(String.join(" AND ", conditions));
        }
        if (limit != null) {
            sql.append(" LIMIT ").append(limit);
        }
        return sql.toString();
    }

    private static String inOrder(String condition) {
        return "CASE WHEN " + condition + " THEN true END";
    }

    private static List<String> conditions(RowRange.Blocks rows) {
        List<String> conditions = new ArrayList<>();
        if (rows.last() != null) {
            conditions.add("ctid > " + tid(rows.last()));
        } else if (rows.from() > 0) {
            conditions.add("ctid >= " + tid(new Tid(rows.from(), 0)));
        }
        if (rows.to() != null) {
            conditions.add("ctid < " + tid(new Tid(rows.to(), 0)));
        }
        return conditions;
    }

    private static List<String> conditions(RowRange.Values rows) {
        RowRange.ReadRows read = rows.read();
        if (read == null) {
            return List.of(rows.condition());
        }
        List<String> those =
                read.offsets().stream().map(offset -> tid(new Tid(read.block(), offset))).toList();
        return List.of(
                rows.condition(),
                "ctid >= " + tid(new Tid(read.block(), 0)),
                // Most rows lie behind the block, and the first comparison is all that they cost.
                "(ctid > "
                        + tid(new Tid(read.block(), Tid.MAX_OFFSET))
                        + " OR ctid NOT IN ("
                        + String.join(", ", those)
                        + "))");
    }

    private static String tid(Tid tid) {
        return "'" + tid + "'::tid";
    }
}
