package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.SQLException;

/** The tables of the embedded server, and what is loaded into them. */
final class BenchTables {

    private static final long INSERTS_PER_TRANSACTION = 5_000;

    private final Database database;

    BenchTables(Database database) {
        this.database = database;
    }

    /** A table of ten columns, about 174 bytes a row in binary COPY. */
    QualifiedName loadOrders(String name, long rows) throws SQLException {
        database.execute(
                "CREATE TABLE public."
                        + name
                        + " (id bigint PRIMARY KEY, customer_id integer NOT NULL, product_id"
                        + " integer NOT NULL, quantity integer NOT NULL, amount numeric(12,2) NOT"
                        + " NULL, ordered_on date NOT NULL, updated_at timestamptz NOT NULL, status"
                        + " text NOT NULL, email text NOT NULL, note text)",
                "INSERT INTO public."
                        + name
                        + " SELECT i, (i * 7919 % 100003)::integer, (i * 31 % 20011)::integer, (i %"
                        + " 9 + 1)::integer, (i * 37 % 1000000)::numeric / 100, date '2024-01-01' +"
                        + " (i % 700)::integer, timestamptz '2025-01-01 00:00:00+00' + i * interval"
                        + " '1 second', (ARRAY['new', 'paid', 'packed', 'shipped', 'returned'])[i %"
                        + " 5 + 1], 'customer' || i % 100003 || '@shop.example', 'left at the door,"
                        + " order ' || md5(i::text) FROM generate_series(1, "
                        + rows
                        + ") i",
                "VACUUM (FREEZE, ANALYZE) public." + name,
                "CHECKPOINT");
        return new QualifiedName("public", name);
    }

    /** An empty table of five columns for a backlog. */
    QualifiedName createChanges(String name) throws SQLException {
        database.execute(
                "CREATE TABLE public."
                        + name
                        + " (id bigint PRIMARY KEY, customer_id integer NOT NULL, amount"
                        + " numeric(12,2) NOT NULL, status text NOT NULL, updated_at timestamptz"
                        + " NOT NULL)",
                "CREATE PUBLICATION " + publication(name) + " FOR TABLE public." + name);
        return new QualifiedName("public", name);
    }

    /** The publication of a table made by {@link #createChanges}. */
    static String publication(String table) {
        return table + "_pub";
    }

    /**
     * Writes a backlog: ten parts of seventeen are inserts in transactions of 5,000, five are one
     * update, two are one delete.
     *
     * @return the number of changes, {@code changes} rounded down to the parts
     */
    long loadChanges(QualifiedName table, long changes) throws SQLException {
        long part = changes / 17;
        long inserts = 10 * part;
        database.execute(
                "DO $$ BEGIN FOR first IN 1.."
                        + inserts
                        + " BY "
                        + INSERTS_PER_TRANSACTION
                        + " LOOP INSERT INTO "
                        + table.sql()
                        + " SELECT i, (i * 7919 % 100003)::integer, (i * 37 % 1000000)::numeric /"
                        + " 100, (ARRAY['new', 'paid', 'packed', 'shipped'])[i % 4 + 1],"
                        + " timestamptz '2025-01-01 00:00:00+00' + i * interval '1 second' FROM"
                        + " generate_series(first, least(first + "
                        + (INSERTS_PER_TRANSACTION - 1)
                        + ", "
                        + inserts
                        + ")) i; COMMIT; END LOOP; END $$",
                "UPDATE "
                        + table.sql()
                        + " SET amount = amount + 1, status = 'paid' WHERE id <= "
                        + 5 * part,
                "DELETE FROM " + table.sql() + " WHERE id <= " + 2 * part,
                "CHECKPOINT");
        return inserts + 5 * part + 2 * part;
    }

    void createSlot(String slot) throws SQLException {
        database.execute("SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
    }

    /** Drops a slot as soon as its last walsender has let go of it. */
    void dropSlot(String slot) throws SQLException {
        database.execute(
                "DO $$ BEGIN FOR attempt IN 1..600 LOOP IF NOT EXISTS (SELECT FROM"
                        + " pg_replication_slots WHERE slot_name = '"
                        + slot
                        + "' AND active) THEN EXIT; END IF; PERFORM pg_sleep(0.1); END LOOP; END"
                        + " $$",
                "SELECT pg_drop_replication_slot('" + slot + "')");
    }
}
