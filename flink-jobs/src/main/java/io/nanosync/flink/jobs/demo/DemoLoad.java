package io.nanosync.flink.jobs.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the writers of the demo do to its tables. */
public final class DemoLoad {

    private static final int ROWS_OF_A_LARGE_TRANSACTION = 1_000;

    private final long rows;

    /** Pauses between truncates double from here on. */
    private static final long FIRST_TRUNCATE_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long startNanos = System.nanoTime();
    private final AtomicInteger truncates = new AtomicInteger();

    /** New keys lie far above those of the load, so that they never meet. */
    private final AtomicLong newKey = new AtomicLong(10_000_000_000L);

    /**
     * @param rows the total that the tables were loaded with
     */
    public DemoLoad(long rows) {
        this.rows = rows;
    }

    /** The mix: usual changes often, unusual ones now and then. */
    public List<LoadTransaction> mix() {
        List<LoadTransaction> mix = new ArrayList<>();
        mix.addAll(Collections.nCopies(30, this::buy));
        mix.addAll(Collections.nCopies(25, this::ship));
        mix.addAll(Collections.nCopies(5, this::renumberOrder));
        mix.addAll(Collections.nCopies(8, this::deleteOrder));
        mix.addAll(Collections.nCopies(6, this::renameDocument));
        mix.addAll(Collections.nCopies(3, this::rewriteDocument));
        mix.addAll(Collections.nCopies(6, this::movePayment));
        mix.addAll(Collections.nCopies(6, this::changeEvents));
        mix.addAll(Collections.nCopies(6, this::changeCatalogue));
        mix.addAll(Collections.nCopies(4, this::giveBack));
        mix.addAll(Collections.nCopies(4, this::abandon));
        mix.addAll(Collections.nCopies(3, this::undoHalf));
        mix.add(this::repriceAll);
        mix.add(this::changeManyOrders);
        return mix;
    }

    /** Several tables in one transaction. */
    private boolean buy(Connection connection, RandomGenerator random) throws SQLException {
        long order = newKey.incrementAndGet();
        execute(
                connection,
                "INSERT INTO shop.orders VALUES (?, ?, ?, 1, 9.90, '2026-01-31', now(), 'new',"
                        + " 'someone@shop.example', CASE WHEN ? THEN 'ring twice' END)",
                order,
                random.nextInt(100_000),
                random.nextInt(20_000),
                random.nextBoolean());
        execute(
                connection,
                "INSERT INTO shop.payments VALUES (?, date '2024-01-01' + ?, ?, 9.90, 'card')",
                order,
                random.nextInt(900),
                order);
        int customer = anyCustomer(random);
        for (int i = 0; i < 2; i++) {
            execute(
                    connection,
                    "INSERT INTO shop.events VALUES (?, 'buy', now()::timestamp(0), '{\"n\": 1}')",
                    customer);
        }
        return true;
    }

    private boolean ship(Connection connection, RandomGenerator random) throws SQLException {
        execute(
                connection,
                "UPDATE shop.orders SET status = 'shipped', updated_at = clock_timestamp(), note ="
                        + " nullif(note, '') WHERE id = ?",
                anyOrder(random));
        return true;
    }

    private boolean renumberOrder(Connection connection, RandomGenerator random)
            throws SQLException {
        execute(
                connection,
                "UPDATE shop.orders SET id = ? WHERE id = ?",
                newKey.incrementAndGet(),
                anyOrder(random));
        return true;
    }

    private boolean deleteOrder(Connection connection, RandomGenerator random) throws SQLException {
        execute(connection, "DELETE FROM shop.orders WHERE id = ?", anyOrder(random));
        return true;
    }

    /** Leaves the long values alone: PostgreSQL doesn't send them. */
    private boolean renameDocument(Connection connection, RandomGenerator random)
            throws SQLException {
        execute(
                connection,
                "UPDATE shop.documents SET title = 'Renamed ' || ?, edited_at = now() WHERE id = ?",
                random.nextInt(1_000),
                anyDocument(random));
        return true;
    }

    private boolean rewriteDocument(Connection connection, RandomGenerator random)
            throws SQLException {
        int id = anyDocument(random);
        switch (random.nextInt(4)) {
            case 0 -> execute(connection, "DELETE FROM shop.documents WHERE id = ?", id);
            case 1 -> execute(connection, "UPDATE shop.documents SET body = NULL WHERE id = ?", id);
            case 2 ->
                    // A new key, while the long values stay as they are.
                    execute(
                            connection,
                            "UPDATE shop.documents SET id = -id WHERE id = ? AND NOT EXISTS (SELECT"
                                    + " FROM shop.documents WHERE id = ?)",
                            id,
                            -id);
            default ->
                    execute(
                            connection,
                            "INSERT INTO shop.documents VALUES (?, 'New', repeat('new text ', 900),"
                                    + " NULL, now()) ON CONFLICT (id) DO UPDATE SET body ="
                                    + " excluded.body",
                            id);
        }
        return true;
    }

    /** An update of the partition key is a delete here and an insert there. */
    private boolean movePayment(Connection connection, RandomGenerator random) throws SQLException {
        execute(
                connection,
                "UPDATE shop.payments SET paid_on = date '2024-01-01' + ?, amount = amount + 1"
                        + " WHERE id = ?",
                random.nextInt(900),
                1 + random.nextLong(Math.max(1, DemoTable.PAYMENTS.rows(rows))));
        return true;
    }

    /** One of several equal rows each time. */
    private boolean changeEvents(Connection connection, RandomGenerator random)
            throws SQLException {
        int customer = anyCustomer(random);
        String one =
                "(SELECT ctid FROM shop.events WHERE customer_id = ? ORDER BY ctid LIMIT 1 FOR"
                        + " UPDATE)";
        execute(connection, "DELETE FROM shop.events WHERE ctid = " + one, customer);
        execute(
                connection,
                "UPDATE shop.events SET kind = 'changed', detail = NULL WHERE ctid = " + one,
                customer);
        return true;
    }

    private boolean changeCatalogue(Connection connection, RandomGenerator random)
            throws SQLException {
        long id = 1 + random.nextLong(Math.max(1, DemoTable.CATALOGUE.rows(rows)));
        execute(
                connection,
                "UPDATE shop.catalogue SET active = NOT active, weight = -weight, factor ="
                    + " nullif(factor + 0.001, 'NaN'), numbers = ARRAY[numbers[1], 7], seen_at ="
                    + " now(), lasts = -lasts, size = 'large' WHERE id = ?",
                id);
        return true;
    }

    private boolean giveBack(Connection connection, RandomGenerator random) throws SQLException {
        execute(
                connection,
                "INSERT INTO shop.returns VALUES (?, gen_random_uuid(), 'too ' || ?)",
                newKey.incrementAndGet(),
                random.nextBoolean() ? "large" : "small");
        execute(
                connection,
                "DELETE FROM shop.returns WHERE id IN (SELECT id FROM shop.returns ORDER BY id"
                        + " LIMIT ? FOR UPDATE SKIP LOCKED)",
                random.nextInt(2));
        return true;
    }

    /** Changes that nobody may ever see. */
    private boolean abandon(Connection connection, RandomGenerator random) throws SQLException {
        buy(connection, random);
        deleteOrder(connection, random);
        return false;
    }

    /** A part of a transaction that is rolled back. */
    private boolean undoHalf(Connection connection, RandomGenerator random) throws SQLException {
        ship(connection, random);
        Savepoint savepoint = connection.setSavepoint();
        buy(connection, random);
        connection.rollback(savepoint);
        buy(connection, random);
        return true;
    }

    /**
     * Empties a table and fills it again, ever more rarely: a truncate makes the snapshot of its
     * table start over, and one after the other would let it never end.
     */
    private boolean repriceAll(Connection connection, RandomGenerator random) throws SQLException {
        int before = truncates.get();
        if (System.nanoTime() - startNanos < FIRST_TRUNCATE_PAUSE_NANOS << Math.min(before, 20)
                || !truncates.compareAndSet(before, before + 1)) {
            return ship(connection, random);
        }
        try (Statement statement = connection.createStatement()) {
            // Reading sessions hold it in ACCESS SHARE MODE; don't make the others wait behind us.
            statement.execute("SET LOCAL lock_timeout = '200ms'");
            statement.execute("TRUNCATE shop.\"Price Lists\"");
        }
        execute(
                connection,
                "INSERT INTO shop.\"Price Lists\" SELECT 'list ' || i % 3, i, ? / 100.0 FROM"
                        + " generate_series(1, 50 + ?) i",
                random.nextInt(10_000),
                random.nextInt(50));
        return true;
    }

    private boolean changeManyOrders(Connection connection, RandomGenerator random)
            throws SQLException {
        long first = anyOrder(random);
        execute(
                connection,
                "UPDATE shop.orders SET quantity = 5 WHERE id BETWEEN ? AND ?",
                first,
                first + ROWS_OF_A_LARGE_TRANSACTION);
        return true;
    }

    private long anyOrder(RandomGenerator random) {
        return 1 + random.nextLong(Math.max(1, DemoTable.ORDERS.rows(rows)));
    }

    private int anyDocument(RandomGenerator random) {
        return 1 + (int) random.nextLong(Math.max(1, DemoTable.DOCUMENTS.rows(rows)));
    }

    private int anyCustomer(RandomGenerator random) {
        return random.nextInt((int) Math.max(1, Math.min(DemoTable.EVENTS.rows(rows), 50_000)));
    }

    private static void execute(Connection connection, String sql, @Nullable Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }
}
