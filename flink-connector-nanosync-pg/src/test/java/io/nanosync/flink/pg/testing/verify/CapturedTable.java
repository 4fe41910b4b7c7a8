package io.nanosync.flink.pg.testing.verify;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What the witness has to know of a table.
 *
 * @param name its name
 * @param oid its OID
 * @param root its name as {@code test_decoding} prints it
 * @param files the names under which its changes are logged, as {@code test_decoding} prints them:
 *     its own, or those of its leaves
 * @param columns its columns
 * @param identity the columns of its replica identity
 * @param full whether the identity is the whole row
 */
record CapturedTable(
        QualifiedName name,
        int oid,
        String root,
        Set<String> files,
        Set<String> columns,
        Set<String> identity,
        boolean full) {

    private static final String OID = "SELECT ?::regclass::oid::text";

    private static final String ROOT =
            """
            SELECT format('%I.%I', n.nspname, c.relname)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = ?::regclass
            """;

    private static final String FILES =
            """
            SELECT format('%I.%I', n.nspname, c.relname)
            FROM (SELECT ?::regclass AS root) r
            CROSS JOIN LATERAL (SELECT relid FROM pg_partition_tree(root) UNION SELECT root) t
            JOIN pg_class c ON c.oid = t.relid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r'
            """;

    private static final String COLUMNS =
            """
            SELECT attname FROM pg_attribute
            WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
            """;

    private static final String IDENTITY =
            """
            SELECT a.attname
            FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.oid = ?::regclass AND a.attgenerated = '' AND (
                c.relreplident = 'f'
                OR EXISTS (
                    SELECT FROM pg_index i
                    WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey)
                    AND CASE c.relreplident WHEN 'd' THEN i.indisprimary
                        WHEN 'i' THEN i.indisreplident ELSE false END))
            """;

    private static final String FULL =
            "SELECT relname FROM pg_class WHERE oid = ?::regclass AND relreplident = 'f'";

    static CapturedTable of(Connection connection, QualifiedName name) throws SQLException {
        return new CapturedTable(
                name,
                Integer.parseUnsignedInt(names(connection, OID, name).iterator().next()),
                names(connection, ROOT, name).iterator().next(),
                names(connection, FILES, name),
                names(connection, COLUMNS, name),
                names(connection, IDENTITY, name),
                !names(connection, FULL, name).isEmpty());
    }

    private static Set<String> names(Connection connection, String sql, QualifiedName table)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, table.sql());
            try (ResultSet rows = statement.executeQuery()) {
                Set<String> names = new LinkedHashSet<>();
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
                return names;
            }
        }
    }
}
