package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.PgException;
import io.nanosync.flink.pg.client.SchemaContents;
import io.nanosync.flink.pg.client.SchemaContents.LeftOut;
import io.nanosync.flink.pg.client.SchemaContents.Table;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a schema holds. */
final class SchemaQueries {

    private static final String CONTENTS =
            """
            SELECT c.relname, c.relkind, c.relpersistence, am.amname, e.extname,
                   rn.nspname AS root_schema, r.relname AS root_table,
                   NOT c.relispartition
                       AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid) AS inherits
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_am am ON am.oid = c.relam
              LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
                   AND d.objsubid = 0 AND d.deptype = 'e'
              LEFT JOIN pg_extension e ON e.oid = d.refobjid
              LEFT JOIN pg_class r ON c.relispartition AND r.oid = pg_partition_root(c.oid)
              LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
             WHERE n.nspname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
             ORDER BY c.relname
            """;

    private static final String SCHEMAS =
            """
            SELECT nspname FROM pg_namespace
             WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
             ORDER BY nspname
            """;

    private final Session session;

    SchemaQueries(Session session) {
        this.session = session;
    }

    List<String> schemas() throws PgException {
        return session.rows("list the schemas", SCHEMAS, row -> row.getString("nspname"));
    }

    SchemaContents contents(String schema) throws PgException {
        List<Relation> relations =
                session.rows(
                        "list the tables of schema \"" + schema + "\"",
                        CONTENTS,
                        row -> Relation.read(schema, row),
                        schema);
        List<Table> tables = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        List<LeftOut> partitions = new ArrayList<>();
        for (Relation relation : relations) {
            String why = relation.whyLeftOut();
            if (relation.comesWithItsRoot()) {
                partitions.add(
                        new LeftOut(
                                relation.name(),
                                "a partition of " + relation.root(),
                                relation.root()));
            } else if (why == null) {
                tables.add(new Table(relation.name(), relation.inherits()));
            } else {
                leftOut.add(new LeftOut(relation.name(), why, relation.root()));
            }
        }
        return new SchemaContents(
                List.copyOf(tables), List.copyOf(leftOut), List.copyOf(partitions));
    }

    private record Relation(
            QualifiedName name,
            char kind,
            char persistence,
            @Nullable String accessMethod,
            @Nullable String extension,
            @Nullable QualifiedName root,
            boolean inherits) {

        static Relation read(String schema, ResultSet row) throws SQLException {
            String rootTable = row.getString("root_table");
            return new Relation(
                    new QualifiedName(schema, row.getString("relname")),
                    row.getString("relkind").charAt(0),
                    row.getString("relpersistence").charAt(0),
                    row.getString("amname"),
                    row.getString("extname"),
                    rootTable == null
                            ? null
                            : new QualifiedName(row.getString("root_schema"), rootTable),
                    row.getBoolean("inherits"));
        }

        /** Whether it is a partition of a table of the same schema. */
        boolean comesWithItsRoot() {
            return root != null && root.schema().equals(name.schema());
        }

        /** Null when it is captured. */
        @Nullable String whyLeftOut() {
            if (extension != null) {
                return "belongs to extension " + extension;
            }
            String other =
                    switch (kind) {
                        case 'v' -> "a view";
                        case 'm' -> "a materialized view";
                        case 'f' -> "a foreign table";
                        default -> null;
                    };
            if (other != null) {
                return other;
            }
            if (persistence == 'u') {
                return "unlogged, so its changes are not in the WAL";
            }
            if (persistence == 't') {
                return "temporary";
            }
            if (kind == 'r' && accessMethod != null && !accessMethod.equals("heap")) {
                return "stored by access method " + accessMethod;
            }
            return root == null ? null : "a partition of " + root;
        }
    }
}
