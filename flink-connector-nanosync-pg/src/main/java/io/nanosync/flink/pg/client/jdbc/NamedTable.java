package io.nanosync.flink.pg.client.jdbc;

import io.nanosync.flink.pg.client.TableFile;
import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.SQLException;

/**
 * A table that is read by its name, and proved to be the one that has it. A lock on a table keeps
 * others from renaming it, and nobody from renaming its schema and giving another one its name.
 */
final class NamedTable {

    private NamedTable() {}

    /**
     * A condition for a query over the table. PostgreSQL looks the name up again right behind the
     * one that is read; when it is the table's the planner leaves the condition out, and else the
     * query fails before it reads a row ({@link SqlStates#saysOtherTable}), which a condition that
     * is false wouldn't do.
     */
    static String proof(Session session, TableFile file) throws SQLException {
        return proof(session, file.name(), file.oid());
    }

    /** The same for a table of this name and OID. */
    static String proof(Session session, QualifiedName name, int oid) throws SQLException {
        return "CASE WHEN "
                + session.literal(name.sql())
                + "::pg_catalog.regclass::pg_catalog.oid = "
                + Integer.toUnsignedString(oid)
                // No number lies in one of no buckets. Nothing else divides into them, so that its
                // SQLSTATE tells it from what a row filter fails with.
                + " THEN true ELSE pg_catalog.width_bucket(0::float8, 0, 1, 0) = 0 END";
    }

    /** The table in a FROM clause, without its children by inheritance. */
    static String from(Session session, TableFile file) throws SQLException {
        return "(SELECT * FROM ONLY "
                + file.name().sql()
                + " WHERE "
                + proof(session, file)
                + ") named";
    }
}
