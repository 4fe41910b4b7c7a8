package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.CatalogSession;
import io.nanosync.flink.pg.client.ControlSession.TableDescription;
import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.TableEstimate;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One ordinary session that is asked what there is. */
final class JdbcCatalogSession implements CatalogSession {

    // A database whose DROP was interrupted has -2 as its limit of connections.
    private static final String DATABASES =
            """
            SELECT d.datname, has_database_privilege(d.oid, 'CONNECT') AS may_connect,
                   shobj_description(d.oid, 'pg_database') AS comment
              FROM pg_database d
             WHERE d.datallowconn AND NOT d.datistemplate AND d.datconnlimit <> -2
             ORDER BY d.datname
            """;

    private static final String TABLES =
            """
            SELECT n.nspname, c.relname
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_am am ON am.oid = c.relam
             WHERE c.relpersistence <> 't' AND NOT c.relispartition
               AND (c.relkind = 'p' OR c.relkind = 'r' AND am.amname = 'heap')
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
               AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
             ORDER BY n.nspname, c.relname
            """;

    // The snapshot may show a table that was dropped meanwhile; of that one rights are null.
    private static final String RIGHTS =
            """
            SELECT has_schema_privilege(c.relnamespace, 'USAGE') AS may_use,
                   has_table_privilege(c.oid, 'SELECT') AS may_select,
                   obj_description(c.oid, 'pg_class') AS comment
              FROM pg_class c
             WHERE c.oid = ?::oid AND has_table_privilege(c.oid, 'SELECT') IS NOT NULL
            """;

    private static final String COLUMN_COMMENTS =
            """
            SELECT a.attname, d.description
              FROM pg_description d
              JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
             WHERE d.classoid = 'pg_class'::regclass AND d.objoid = ?::oid AND d.objsubid > 0
            """;

    private final Session session;

    /** Takes ownership of the session. */
    JdbcCatalogSession(Session session) {
        this.session = session;
    }

    @Override
    public List<Database> databases() throws PgException {
        return session.rows(
                "list the databases",
                DATABASES,
                row ->
                        new Database(
                                row.getString("datname"),
                                row.getBoolean("may_connect"),
                                row.getString("comment")));
    }

    @Override
    public List<QualifiedName> tables() throws PgException {
        return session.rows(
                "list the tables",
                TABLES,
                row -> new QualifiedName(row.getString("nspname"), row.getString("relname")));
    }

    @Override
    public @Nullable Entry entry(QualifiedName name) throws PgException {
        String doing = "describe table " + name;
        List<Entry> entries =
                session.underOneSnapshot(
                        doing,
                        () -> {
                            List<Entry> found = new ArrayList<>();
                            for (TableDescription table :
                                    new TableCatalog(session).describe(List.of(name), null)) {
                                addEntry(doing, table, found);
                            }
                            return found;
                        });
        return entries.isEmpty() ? null : entries.get(0);
    }

    private void addEntry(String doing, TableDescription table, List<Entry> found)
            throws PgException {
        long oid = Integer.toUnsignedLong(table.schema().oid());
        Rights rights = session.first(doing, RIGHTS, Rights::read, oid);
        if (rights == null) {
            return;
        }
        Map<String, String> comments = new HashMap<>();
        session.rows(
                        doing,
                        COLUMN_COMMENTS,
                        row -> Map.entry(row.getString(1), row.getString(2)),
                        oid)
                .forEach(comment -> comments.put(comment.getKey(), comment.getValue()));
        found.add(
                new Entry(
                        table.schema(),
                        table.kind(),
                        rights.mayUse(),
                        rights.maySelect(),
                        rights.comment(),
                        Map.copyOf(comments)));
    }

    @Override
    public @Nullable TableEstimate estimate(List<QualifiedName> tables) throws PgException {
        return new TableStatistics(session).of(tables);
    }

    @Override
    public void close() {
        session.close();
    }

    private record Rights(boolean mayUse, boolean maySelect, @Nullable String comment) {

        static Rights read(ResultSet row) throws SQLException {
            return new Rights(
                    row.getBoolean("may_use"),
                    row.getBoolean("may_select"),
                    row.getString("comment"));
        }
    }
}
