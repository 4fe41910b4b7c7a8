package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.LookupRequest;
import io.nanosync.flink.pg.client.jdbc.KeyColumns.NowColumn;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The query of a lookup: each key, and beside it the row that has it. */
final class LookupQuery {

    private LookupQuery() {}

    /**
     * The query.
     *
     * @param key the key's columns in the request's order
     * @param partitioned whether the rows are those of partitions
     * @param filter under which condition rows are captured; null for all
     */
    static String of(
            Session session,
            LookupRequest request,
            List<NowColumn> key,
            boolean partitioned,
            @Nullable String filter)
            throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT v.n, r.* FROM (VALUES ");
        keys(session, request.keys(), key, sql);
        sql.append(") v(n");
        for (int i = 0; i < key.size(); i++) {
            sql.append(", k").append(i);
        }
        sql.append(") LEFT JOIN LATERAL (SELECT true");
        for (LookupRequest.Selected column : request.columns()) {
            sql.append(", ").append(column.expression());
        }
        // ONLY: a plain table may have children by inheritance that aren't captured with it.
        sql.append(partitioned ? " FROM " : " FROM ONLY ")
                .append(request.table().name().sql())
                .append(" AS t WHERE ");
        for (int i = 0; i < key.size(); i++) {
            sql.append(i == 0 ? "" : " AND ").append(key.get(i).isEqualTo("v.k" + i));
        }
        if (filter != null) {
            sql.append(" AND CASE WHEN ").append(filter).append(" THEN true END");
        }
        return sql.append(") r ON true WHERE ")
                .append(NamedTable.proof(session, request.table().name(), request.table().oid()))
                .toString();
    }

    /** Literals of the very type: nothing but the type's input function reads them. */
    private static void keys(
            Session session, List<List<String>> keys, List<NowColumn> key, StringBuilder sql)
            throws SQLException {
        for (int n = 0; n < keys.size(); n++) {
            sql.append(n == 0 ? "(" : ", (").append(n);
            for (int i = 0; i < key.size(); i++) {
                sql.append(", ")
                        .append(session.literal(keys.get(n).get(i)))
                        .append("::")
                        .append(key.get(i).baseType());
            }
            sql.append(')');
        }
    }
}
