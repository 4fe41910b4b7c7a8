package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.ControlSession.PublicationState;
import io.nanosync.flink.pg.client.ControlSession.PublishedTable;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Publications: reading, creating, dropping. */
final class PublicationQueries {

    private static final String PUBLICATION =
            """
            SELECT puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot
              FROM pg_publication WHERE pubname = ?
            """;

    private static final String TABLES =
            """
            SELECT schemaname, tablename, NULL::text[] AS columns, NULL::text AS rowfilter
              FROM pg_publication_tables WHERE pubname = ?
             ORDER BY 1, 2
            """;

    // The view lists every column where there is no column list: then it isn't one.
    private static final String TABLES_FROM_15 =
            """
            SELECT p.schemaname, p.tablename, p.rowfilter,
                   CASE WHEN EXISTS (
                            SELECT FROM pg_attribute a
                             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                               AND a.attgenerated = '' AND a.attname <> ALL (p.attnames))
                        THEN p.attnames::text[] END AS columns
              FROM pg_publication_tables p
              JOIN pg_namespace n ON n.nspname = p.schemaname
              JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
             WHERE p.pubname = ?
             ORDER BY 1, 2
            """;

    private static final String OWNED =
            """
            SELECT pg_has_role(p.pubowner, 'USAGE') AND NOT p.puballtables
                   AND EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = p.oid)
              FROM pg_publication p WHERE p.pubname = ?
            """;

    private static final String MEMBERS =
            """
            SELECT n.nspname, c.relname
              FROM pg_publication p
              JOIN pg_publication_rel r ON r.prpubid = p.oid
              JOIN pg_class c ON c.oid = r.prrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE p.pubname = ? AND r.prrelid = ANY (?::oid[])
             ORDER BY 1, 2
            """;

    private static final String ANCESTORS =
            """
            SELECT an.nspname, a.relname
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
             CROSS JOIN LATERAL pg_partition_ancestors(c.oid) t
              JOIN pg_class a ON a.oid = t.relid
              JOIN pg_namespace an ON an.oid = a.relnamespace
             WHERE n.nspname = ? AND c.relname = ? AND t.relid <> c.oid
            """;

    private final Session session;

    PublicationQueries(Session session) {
        this.session = session;
    }

    @Nullable PublicationState publication(String name) throws PgException {
        String doing = "read publication \"" + name + "\"";
        String tablesSql = session.major() >= 15 ? TABLES_FROM_15 : TABLES;
        List<PublishedTable> tables =
                session.rows(doing, tablesSql, PublicationQueries::table, name);
        return session.first(
                doing,
                PUBLICATION,
                row ->
                        new PublicationState(
                                name,
                                row.getBoolean("puballtables"),
                                row.getBoolean("pubinsert"),
                                row.getBoolean("pubupdate"),
                                row.getBoolean("pubdelete"),
                                row.getBoolean("pubtruncate"),
                                row.getBoolean("pubviaroot"),
                                tables),
                name);
    }

    private static PublishedTable table(ResultSet row) throws SQLException {
        Array columns = row.getArray("columns");
        return new PublishedTable(
                new QualifiedName(row.getString("schemaname"), row.getString("tablename")),
                columns == null ? null : List.of((String[]) columns.getArray()),
                row.getString("rowfilter"));
    }

    void create(String name, List<QualifiedName> tables, String comment) throws PgException {
        String sql = createSql(name, tables);
        try {
            // Both or none: statements that are sent together are one transaction.
            session.executeRaw(
                    sql
                            + "; COMMENT ON PUBLICATION "
                            + QualifiedName.quote(name)
                            + " IS "
                            + session.literal(comment));
        } catch (SQLException e) {
            String doing = "create publication \"" + name + "\"";
            throw SqlStates.INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())
                    ? session.endpoint()
                            .failure(
                                    doing,
                                    e,
                                    "Let an owner of the tables or a superuser run: " + sql)
                    : session.failure(doing, e);
        }
    }

    /** The statement, for {@link #create} and for a person who must run it. */
    static String createSql(String name, List<QualifiedName> tables) {
        // ONLY keeps children by inheritance out; a partitioned table brings its leaves anyway.
        return "CREATE PUBLICATION "
                + QualifiedName.quote(name)
                + tables.stream()
                        .map(QualifiedName::sql)
                        .collect(Collectors.joining(", ONLY ", " FOR TABLE ONLY ", ""))
                + " WITH (publish_via_partition_root = true)";
    }

    /** What {@code COMMENT ON PUBLICATION} said of it; null when nothing. */
    @Nullable String comment(String name) throws PgException {
        return session.first(
                "read the comment of publication \"" + name + "\"",
                """
                SELECT coalesce(obj_description(oid, 'pg_publication'), '')
                  FROM pg_publication WHERE pubname = ?
                """,
                row -> row.getString(1),
                name);
    }

    void drop(String name) throws PgException {
        session.execute(
                "drop publication \"" + name + "\"",
                "DROP PUBLICATION IF EXISTS " + QualifiedName.quote(name));
    }

    /** Whether the role may alter it, and it is one of tables by their names. */
    boolean ownsOneOfTables(String name) throws PgException {
        return Boolean.TRUE.equals(
                session.first(
                        "read the owner of publication \"" + name + "\"",
                        OWNED,
                        row -> row.getBoolean(1),
                        name));
    }

    /** The tables that this one is a partition of, on whatever level. */
    List<QualifiedName> ancestors(QualifiedName table) throws PgException {
        return session.rows(
                "read the tables above " + table,
                ANCESTORS,
                row -> new QualifiedName(row.getString("nspname"), row.getString("relname")),
                table.schema(),
                table.name());
    }

    /** Which of the tables of these OIDs it has by their own names. */
    List<QualifiedName> members(String name, List<Integer> tables) throws PgException {
        return session.rows(
                "read the tables of publication \"" + name + "\"",
                MEMBERS,
                row -> new QualifiedName(row.getString("nspname"), row.getString("relname")),
                name,
                tables.stream().map(Integer::toUnsignedString).toArray(String[]::new));
    }

    void add(String name, List<QualifiedName> tables) throws PgException {
        session.execute(
                "add tables to publication \"" + name + "\"",
                alterSql(name, " ADD TABLE ONLY ", tables));
    }

    void remove(String name, List<QualifiedName> tables) throws PgException {
        session.execute("take tables out of publication \"" + name + "\"", removeSql(name, tables));
    }

    /** The statement that takes tables out. */
    static String removeSql(String name, List<QualifiedName> tables) {
        return alterSql(name, " DROP TABLE ONLY ", tables);
    }

    private static String alterSql(String name, String what, List<QualifiedName> tables) {
        return "ALTER PUBLICATION "
                + QualifiedName.quote(name)
                + tables.stream()
                        .map(QualifiedName::sql)
                        .collect(Collectors.joining(", ONLY ", what, ""));
    }
}
