package io.nanosync.flink.jobs.bench;

import io.nanosync.flink.pg.relation.QualifiedName;
import java.sql.SQLException;

/** The tables of the embedded server, and what is loaded into them. */
final class BenchTables {

    /** A column of {@link #loadOrders} whose values rise with the rows. */
    static final String ORDERED_COLUMN = "id";

    /** A column of {@link #loadOrders} of which each page has values of its whole range. */
    static final String SCATTERED_COLUMN = "customer_id";

    private static final long INSERTS_PER_TRANSACTION = 5_000;

    private final Database database;

    BenchTables(Database database) {
        this.database = database;
    }

    /** A table of ten columns, about 174 bytes a row in binary COPY. */
    QualifiedName loadOrders(String name, long rows) throws SQLException {
        QualifiedName table = new QualifiedName("public", name);
        database.execute(
                """
                CREATE TABLE %s (
                    id bigint PRIMARY KEY,
                    customer_id integer NOT NULL,
                    product_id integer NOT NULL,
                    quantity integer NOT NULL,
                    amount numeric(12,2) NOT NULL,
                    ordered_on date NOT NULL,
                    updated_at timestamptz NOT NULL,
                    status text NOT NULL,
                    email text NOT NULL,
                    note text)
                """
                        .formatted(table.sql()),
                """
                INSERT INTO %s
                SELECT i, i * 7919 %% 100003, i * 31 %% 20011, i %% 9 + 1,
                    (i * 37 %% 1000000)::numeric / 100,
                    date '2024-01-01' + (i %% 700)::integer,
                    timestamptz '2025-01-01 00:00:00+00' + i * interval '1 second',
                    (ARRAY['new', 'paid', 'packed', 'shipped', 'returned'])[i %% 5 + 1],
                    'customer' || i %% 100003 || '@shop.example',
                    'left at the door, order ' || md5(i::text)
                FROM generate_series(1::bigint, %d) i
                """
                        .formatted(table.sql(), rows),
                // VACUUM takes no row for visible to all whose commit isn't in the WAL yet, for
                // which
                // the embedded server's commits don't wait, or that an older snapshot doesn't see,
                // as that of a run before, whose keeper waits some minutes for it. An index would
                // be of little use.
                "CHECKPOINT",
                """
                SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                WHERE backend_xmin IS NOT NULL AND datname = current_database()
                AND pid <> pg_backend_pid()
                """,
                "VACUUM (FREEZE, ANALYZE) " + table.sql(),
                "CHECKPOINT");
        return table;
    }

    /** Adds an index on {@link #SCATTERED_COLUMN} beside the primary key. */
    void addIndex(QualifiedName orders) throws SQLException {
        database.execute(
                "CREATE INDEX "
                        + scattered(orders)
                        + " ON %s (%s)".formatted(orders.sql(), SCATTERED_COLUMN),
                "CHECKPOINT");
    }

    /** Drops the primary key and the index that {@link #addIndex} made. */
    void dropIndexes(QualifiedName orders) throws SQLException {
        database.execute(
                "ALTER TABLE %s DROP CONSTRAINT %s_pkey".formatted(orders.sql(), orders.name()),
                "DROP INDEX " + scattered(orders),
                "CHECKPOINT");
    }

    private static String scattered(QualifiedName orders) {
        return orders.name() + "_scattered";
    }

    /**
     * An empty table of five columns for a backlog.
     *
     * @param full whether the old rows of its changes are logged whole
     */
    QualifiedName createChanges(String name, boolean full) throws SQLException {
        QualifiedName table = new QualifiedName("public", name);
        database.execute(
                """
                CREATE TABLE %s (
                    id bigint PRIMARY KEY,
                    customer_id integer NOT NULL,
                    amount numeric(12,2) NOT NULL,
                    status text NOT NULL,
                    updated_at timestamptz NOT NULL)
                """
                        .formatted(table.sql()),
                "ALTER TABLE " + table.sql() + " REPLICA IDENTITY " + (full ? "FULL" : "DEFAULT"),
                "CREATE PUBLICATION " + publication(name) + " FOR TABLE " + table.sql());
        return table;
    }

    /** The publication of a table made by {@link #createChanges}. */
    static String publication(String table) {
        return table + "_pub";
    }

    /**
     * Writes a backlog: of seventeen changes ten are inserts, five updates, two deletes.
     *
     * @param perTransaction changes of each transaction; 0 for inserts in transactions of 5,000,
     *     and all updates in one, all deletes in one
     * @return the number of changes: {@code changes} rounded down to a multiple of seventeen
     */
    long loadChanges(QualifiedName table, long changes, int perTransaction) throws SQLException {
        long part = changes / 17;
        boolean small = perTransaction > 0;
        transactions(
                """
                INSERT INTO %s
                SELECT i, i * 7919 %% 100003, (i * 37 %% 1000000)::numeric / 100,
                    (ARRAY['new', 'paid', 'packed', 'shipped'])[i %% 4 + 1],
                    timestamptz '2025-01-01 00:00:00+00' + i * interval '1 second'
                FROM generate_series(first, last) i
                """
                        .formatted(table.sql()),
                10 * part,
                small ? perTransaction : INSERTS_PER_TRANSACTION);
        transactions(
                "UPDATE %s SET amount = amount + 1, status = 'paid' WHERE id BETWEEN first AND last"
                        .formatted(table.sql()),
                5 * part,
                small ? perTransaction : 5 * part);
        transactions(
                "DELETE FROM %s WHERE id BETWEEN first AND last".formatted(table.sql()),
                2 * part,
                small ? perTransaction : 2 * part);
        database.execute("CHECKPOINT");
        return 17 * part;
    }

    /**
     * Writes a backlog of inserts in transactions of 5,000.
     *
     * @param insert the statement, for ids from {@code first} to {@code last}
     */
    void loadInserts(String insert, long rows) throws SQLException {
        transactions(insert, rows, INSERTS_PER_TRANSACTION);
        database.execute("CHECKPOINT");
    }

    /** Runs a statement for ids from 1 on, so many in a transaction. */
    private void transactions(String statement, long ids, long perTransaction) throws SQLException {
        database.execute(
                """
                DO $$ DECLARE first bigint := 1; last bigint; BEGIN
                    WHILE first <= %1$d LOOP
                        last := least(first + %2$d - 1, %1$d);
                        %3$s;
                        COMMIT;
                        first := last + 1;
                    END LOOP;
                END $$
                """
                        .formatted(ids, perTransaction, statement));
    }

    void createSlot(String slot) throws SQLException {
        database.execute("SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
    }

    /** Drops a slot as soon as its last walsender has let go of it. */
    void dropSlot(String slot) throws SQLException {
        database.execute(
                """
                DO $$ BEGIN
                    FOR attempt IN 1..600 LOOP
                        EXIT WHEN NOT EXISTS (
                            SELECT FROM pg_replication_slots WHERE slot_name = '%1$s' AND active);
                        PERFORM pg_sleep(0.1);
                    END LOOP;
                END $$
                """
                        .formatted(slot),
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                        + " WHERE slot_name = '"
                        + slot
                        + "'");
    }
}
