package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.client.TableRewrittenException;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a table: itself or its leaves, as of the transaction's snapshot. The number of
 * blocks is as of now and so never too small for the snapshot's rows.
 */
final class TableFiles {

    // pg_inherits under the transaction's snapshot, not pg_partition_tree, which shows the tree of
    // now: a leaf that was detached since holds rows of the snapshot.
    private static final String FILES =
            """
            WITH RECURSIVE tree(oid) AS (
                SELECT ?::oid
                UNION ALL
                SELECT i.inhrelid
                  FROM tree t
                  JOIN pg_class p ON p.oid = t.oid AND p.relkind = 'p'
                  JOIN pg_inherits i ON i.inhparent = t.oid %s
            )
            SELECT c.oid, n.nspname, c.relname, c.relkind, c.relfilenode,
                   CASE WHEN c.reltuples = 0 AND c.relpages = 0 THEN -1
                        ELSE c.reltuples::float8 END AS rows,
                   CASE WHEN c.relkind IN ('r', 'm')
                        THEN pg_relation_size(c.oid) / current_setting('block_size')::int
                        END AS blocks
              FROM tree t
              JOIN pg_class c ON c.oid = t.oid
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind <> 'p'
             ORDER BY c.oid
            """;

    private static final String IS_PARTITIONED =
            "SELECT relkind = 'p' FROM pg_class WHERE oid = ?::oid";

    private final Session session;

    TableFiles(Session session) {
        this.session = session;
    }

    List<TableFile> of(int tableOid) throws PgException {
        String doing = "list the files of table " + Integer.toUnsignedString(tableOid);
        List<Leaf> leaves =
                session.rows(
                        doing,
                        FILES.formatted(Partitions.attached(session.major())),
                        Leaf::read,
                        Integer.toUnsignedLong(tableOid));
        for (Leaf leaf : leaves) {
            leaf.requireReadable(session.endpoint());
        }
        if (leaves.isEmpty() && !isPartitioned(doing, tableOid)) {
            throw PgException.tryAgain(
                    "Cannot "
                            + doing
                            + " on "
                            + session.endpoint()
                            + ": it was not there when the"
                            + " snapshot was taken");
        }
        return leaves.stream().map(Leaf::file).toList();
    }

    private boolean isPartitioned(String doing, int tableOid) throws PgException {
        return Boolean.TRUE.equals(
                session.first(
                        doing,
                        IS_PARTITIONED,
                        row -> row.getBoolean(1),
                        Integer.toUnsignedLong(tableOid)));
    }

    /**
     * @param blocks null when the file is gone
     */
    private record Leaf(
            int oid,
            QualifiedName name,
            char kind,
            int fileNode,
            long estimatedRows,
            @Nullable Long blocks) {

        static Leaf read(ResultSet row) throws SQLException {
            long blocks = row.getLong("blocks");
            return new Leaf(
                    (int) row.getLong("oid"),
                    new QualifiedName(row.getString("nspname"), row.getString("relname")),
                    row.getString("relkind").charAt(0),
                    (int) row.getLong("relfilenode"),
                    (long) row.getDouble("rows"),
                    row.getObject("blocks") == null ? null : blocks);
        }

        void requireReadable(Endpoint endpoint) throws PgException {
            if (kind == 'f') {
                throw PgException.needsPerson(
                        "Cannot capture "
                                + name
                                + " on "
                                + endpoint
                                + ": it is a foreign table, whose changes are not in this server's"
                                + " WAL. Detach it, or capture the other partitions by name");
            }
            if (blocks == null) {
                throw new TableRewrittenException(
                        "Cannot read "
                                + name
                                + " on "
                                + endpoint
                                + ": it was dropped after the snapshot was taken");
            }
        }

        TableFile file() {
            if (blocks == null) {
                throw new IllegalStateException("Checked before: " + name);
            }
            return new TableFile(oid, name, fileNode, blocks, estimatedRows);
        }
    }
}
